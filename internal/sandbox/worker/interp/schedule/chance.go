package schedule

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// maxSides is how many sides a die may have at most whose every side is tried: it is a
// choice of the schedule. Other random numbers are the same in every schedule.
const maxSides = 16

// randomAction is what is done at a call of math/rand, nil for what has a source of its
// own, which is repeatable or not by the program's choice.
func randomAction(p *hook.Point) action {
	if p.Callee.Recv != "" {
		return nil
	}
	name := p.Callee.Name
	switch {
	case strings.EqualFold(strings.TrimRight(name, "n"), "int") || name == "IntN" || name == "Int31n" || name == "Int63n" ||
		name == "Int32N" || name == "Int64N" || name == "UintN" || name == "Uint32N" || name == "Uint64N":
		if len(p.In) == 1 {
			return below
		}
		return anyNumber
	case len(p.In) == 0 && len(p.Out) == 1 && name != "NewPCG":
		return anyNumber
	case name == "Perm":
		return perm
	case name == "Shuffle":
		return shuffle
	}
	return nil
}

// below is a number from zero to below the operand.
func below(r *turnstile, _ *task, a *hook.Act) {
	in := reflect.NewAt(a.In[0], a.Args[0]).Elem()
	out := reflect.NewAt(a.Out[0], a.Results[0]).Elem()
	var n int64
	if in.CanInt() {
		n = in.Int()
	} else {
		n = int64(in.Uint())
	}
	if n <= 0 { // as it panics
		a.Native()
		return
	}
	v := r.dice(n)
	if out.CanInt() {
		out.SetInt(v)
	} else {
		out.SetUint(uint64(v))
	}
}

// dice is a number below n.
func (r *turnstile) dice(n int64) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n > 1 && n <= maxSides {
		return int64(max(0, r.choose(Choice{Options: int(n)}, nil, func(i int) string { return fmt.Sprintf("a random number below %d: %d", n, i) })))
	}
	return r.random.Int64N(n)
}

// anyNumber is a number of the result's type: of floats, one below one.
func anyNumber(r *turnstile, _ *task, a *hook.Act) {
	out := reflect.NewAt(a.Out[0], a.Results[0]).Elem()
	switch {
	case out.CanInt():
		out.SetInt(r.random.Int64() >> (64 - out.Type().Bits()))
	case out.CanUint():
		out.SetUint(r.random.Uint64() >> (64 - out.Type().Bits()))
	case out.CanFloat() && a.Callee.Name == "NormFloat64":
		out.SetFloat(r.random.NormFloat64())
	case out.CanFloat() && a.Callee.Name == "ExpFloat64":
		out.SetFloat(r.random.ExpFloat64())
	case out.CanFloat():
		out.SetFloat(float64(r.random.Float32()))
	default:
		a.Native()
	}
}

// randomBytes is Read of crypto/rand: in an order that is to be brought back there is no
// other chance.
func randomBytes(r *turnstile, _ *task, a *hook.Act) {
	b := *(*[]byte)(a.Args[0])
	for i := range b {
		b[i] = byte(r.random.Uint32())
	}
	*(*int)(a.Results[0]) = len(b)
	reflect.NewAt(a.Out[1], a.Results[1]).Elem().SetZero()
}

func perm(r *turnstile, _ *task, a *hook.Act) {
	n := *(*int)(a.Args[0])
	if n < 0 {
		a.Native()
		return
	}
	*(*[]int)(a.Results[0]) = r.random.Perm(n)
}

// shuffle swaps by the program's own function.
func shuffle(r *turnstile, _ *task, a *hook.Act) {
	n := *(*int)(a.Args[0])
	if swap := *(*func(i, j int))(unsafe.Pointer(a.Args[1])); swap != nil && n >= 0 {
		r.random.Shuffle(n, swap)
		return
	}
	a.Native()
}
