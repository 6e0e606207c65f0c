package fault

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"playground/internal/gofront/abi"
)

// Panic is one of the panics that end a goroutine.
type Panic struct {
	Value     any
	Recovered bool
	Goexit    bool // it is none, but runtime.Goexit on its way
}

// Text is what the runtime prints of panics, the first of which began first and
// was replaced by the second. To do so it calls the values' Error and String
// methods. One of them that panics is a fatal error, whose text it is then.
func Text(list []Panic) string {
	words, failed := describe(list)
	if failed != nil {
		text := "fatal error: panic while printing panic value: "
		if s, ok := failed.(string); ok {
			text += s
		} else {
			text += "type " + reflect.TypeOf(failed).String()
		}
		return text + "\n" + signal([]Panic{{Value: failed}})
	}
	var b strings.Builder
	for i, p := range list {
		if p.Goexit || i > 0 && repeats(list, i) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\t')
		}
		b.WriteString("panic: " + words[i])
		switch {
		case p.Recovered && i+1 < len(list) && repeats(list, i+1):
			b.WriteString(" [recovered, repanicked]")
		case p.Recovered:
			b.WriteString(" [recovered]")
		}
		b.WriteByte('\n')
	}
	return b.String() + signal(list)
}

// repeats says whether panic i has the value of the one before.
func repeats(list []Panic, i int) bool { return Same(list[i].Value, list[i-1].Value) }

// Same says whether a and b are one value: of the same type, with the same data
// word. So it compares no values, which may not be comparable.
func Same(a, b any) bool {
	return *(*abi.EFace)(unsafe.Pointer(&a)) == *(*abi.EFace)(unsafe.Pointer(&b))
}

// signal is the line for a panic that came of a signal.
func signal(list []Panic) string {
	for _, p := range list {
		if err, ok := p.Value.(runtime.Error); ok && !p.Goexit && reflect.TypeOf(err) == errorString && err == dereference {
			return "[signal SIGSEGV: segmentation violation]\n"
		}
	}
	return ""
}

// describe is the words for each value, of the latest first, as the runtime does
// it; or what a method panicked with.
func describe(list []Panic) (words []string, failed any) {
	defer func() { failed = recover() }()
	words = make([]string, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		if p := list[i]; !p.Goexit && (i == 0 || !repeats(list, i)) {
			words[i] = valueText(p.Value)
		}
	}
	return words, nil
}

// valueText is how the runtime prints a panic's value.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case error:
		return indented(v.Error())
	case fmt.Stringer:
		return indented(v.String())
	}
	r := reflect.ValueOf(v)
	t := r.Type()
	named := t.PkgPath() != ""
	switch kind := r.Kind(); {
	case kind == reflect.String && named:
		return t.String() + `("` + indented(r.String()) + `")`
	case kind == reflect.String:
		return indented(r.String())
	case r.CanComplex() && named: // the number has parentheses
		return t.String() + Complex(r.Complex(), t.Bits())
	case kind <= reflect.Complex128 && named:
		return t.String() + "(" + number(r) + ")"
	case kind <= reflect.Complex128:
		return number(r)
	}
	return fmt.Sprintf("(%s) %#x", t, uintptr((*abi.EFace)(unsafe.Pointer(&v)).Data))
}

// number is how the runtime prints a number, or a bool.
func number(r reflect.Value) string {
	switch {
	case r.CanInt():
		return strconv.FormatInt(r.Int(), 10)
	case r.CanUint():
		return strconv.FormatUint(r.Uint(), 10)
	case r.CanFloat():
		return Float(r.Float(), r.Type().Bits())
	case r.CanComplex():
		return Complex(r.Complex(), r.Type().Bits())
	}
	return strconv.FormatBool(r.Bool())
}

// Float is how the runtime prints a floating-point number of that many bits.
func Float(f float64, bits int) string {
	if math.IsInf(f, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

// Complex is how the runtime prints a complex number of that many bits.
func Complex(c complex128, bits int) string {
	im := Float(imag(c), bits/2)
	if im[0] != '-' && im[0] != '+' {
		im = "+" + im
	}
	return "(" + Float(real(c), bits/2) + im + "i)"
}

// indented keeps what follows a line break below the panic.
func indented(s string) string { return strings.ReplaceAll(s, "\n", "\n\t") }
