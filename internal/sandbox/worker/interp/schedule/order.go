package schedule

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// The order in which a map is walked is the runtime's luck, and so is what a pool gives
// back. Here both are choices of the schedule, so that it can be followed again, and so
// that programs are found which rely on them.

// ordering is what is done where a map is walked. Others do not see it, so nobody is
// stopped there.
var ordering = map[hook.Kind]action{hook.Insert: (*turnstile).inserts, hook.Range: (*turnstile).ranges, hook.Next: nextEntry}

// inserts numbers what keys point to, in the order in which it becomes a key: where it
// lies is different in each run.
func (r *turnstile) inserts(_ *task, a *hook.Act) {
	for i, t := range a.In {
		if a.Op == nil && i == 1 || a.Op != nil && i%2 == 0 { // m[k], or k, v, k, v
			r.identify(reflect.NewAt(t, a.Args[i]).Elem())
		}
	}
	a.Native()
}

// identify numbers all that a key points to, and that is not numbered yet.
func (r *turnstile) identify(k reflect.Value) {
	switch k.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Chan:
		r.identity(k)
	case reflect.Interface:
		if !k.IsNil() {
			r.identify(k.Elem())
		}
	case reflect.Array:
		for i := range k.Len() {
			r.identify(k.Index(i))
		}
	case reflect.Struct:
		for i := range k.NumField() {
			r.identify(k.Field(i))
		}
	}
}

// identity is the number of what a pointer or a channel is of, which is kept, so that
// nothing else comes to lie there.
func (r *turnstile) identity(k reflect.Value) int {
	p := k.UnsafePointer()
	if p == nil {
		return 0
	}
	n, ok := r.identities[p]
	if !ok {
		n = len(r.identities) + 1
		r.identities[p] = n
	}
	return n
}

// compare puts keys of one type in an order that is the same in every run.
func (r *turnstile) compare(a, b reflect.Value) int {
	switch a.Kind() {
	case reflect.String:
		return cmp.Compare(a.String(), b.String())
	case reflect.Bool:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	case reflect.Float32, reflect.Float64:
		return cmp.Compare(a.Float(), b.Float())
	case reflect.Complex64, reflect.Complex128:
		return cmp.Or(cmp.Compare(real(a.Complex()), real(b.Complex())), cmp.Compare(imag(a.Complex()), imag(b.Complex())))
	case reflect.Pointer, reflect.UnsafePointer, reflect.Chan:
		return cmp.Compare(r.identity(a), r.identity(b))
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return cmp.Compare(fmt.Sprint(a.IsNil()), fmt.Sprint(b.IsNil()))
		}
		if t, u := a.Elem().Type(), b.Elem().Type(); t != u {
			return cmp.Or(cmp.Compare(t.String(), u.String()), cmp.Compare(t.PkgPath(), u.PkgPath()))
		}
		return r.compare(a.Elem(), b.Elem())
	case reflect.Array:
		for i := range a.Len() {
			if c := r.compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
		return 0
	case reflect.Struct:
		for i := range a.NumField() {
			if c := r.compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
		return 0
	}
	if a.CanInt() {
		return cmp.Compare(a.Int(), b.Int())
	}
	return cmp.Compare(a.Uint(), b.Uint())
}

// order puts the keys of a map in the order that the schedule chooses: forwards or
// backwards from one of them, so that any may be first, and any two may come either way.
func (r *turnstile) order(keys []reflect.Value) []reflect.Value {
	n := len(keys)
	if n < 2 {
		return keys
	}
	slices.SortFunc(keys, r.compare)
	options := min(n, maxSides)
	from := func(i int) int { return i * n / options }
	r.mu.Lock()
	i := max(0, r.choose(Choice{Options: options}, nil, func(i int) string {
		return fmt.Sprintf("a map of %d, from its entry %d %s", n, from(i)+1, [...]string{"on", "back"}[i%2])
	}))
	r.mu.Unlock()
	step := 1
	if i%2 == 1 {
		step = n - 1
	}
	list := make([]reflect.Value, n)
	for j := range list {
		list[j] = keys[(from(i)+j*step)%n]
	}
	return list
}

// mapLoop is a loop over a map.
type mapLoop struct {
	m    reflect.Value
	keys []reflect.Value // that are still to come
}

// ranges begins a loop over a map. One that has keys which are not even equal to
// themselves is left to the runtime: no other can find them.
func (r *turnstile) ranges(t *task, a *hook.Act) {
	m := reflect.ValueOf(reflect.NewAt(a.In[0], a.Args[0]).Elem().Interface())
	keys := m.MapKeys()
	if slices.ContainsFunc(keys, func(k reflect.Value) bool { return !k.Equal(k) }) {
		a.Native()
		return
	}
	r.s.at(t, a)
	*(*any)(a.Results[0]) = &mapLoop{m, r.order(keys)}
}

// nextEntry is a step of such a loop: what has been removed since it began does not come,
// and what has been added does not either.
func nextEntry(_ *turnstile, _ *task, a *hook.Act) {
	loop, ok := (*(*any)(a.Args[0])).(*mapLoop)
	if !ok {
		a.Native()
		return
	}
	more := (*bool)(a.Results[2])
	for *more = false; !*more && len(loop.keys) > 0; loop.keys = loop.keys[1:] {
		if v := loop.m.MapIndex(loop.keys[0]); v.IsValid() {
			reflect.NewAt(a.Out[0], a.Results[0]).Elem().Set(loop.keys[0])
			reflect.NewAt(a.Out[1], a.Results[1]).Elem().Set(v)
			*more = true
		}
	}
}

// mapKeys is reflect.Value.MapKeys.
func mapKeys(r *turnstile, _ *task, a *hook.Act) {
	a.Native()
	keys := (*[]reflect.Value)(a.Results[0])
	*keys = r.order(*keys)
}

// rangesSync is sync.Map.Range. Others may go on in between, as in the library's.
func (r *turnstile) rangesSync(t *task, a *hook.Act) {
	m, f := (*sync.Map)(a.Receiver()), *(*func(key, value any) bool)(unsafe.Pointer(a.Args[1]))
	if m == nil || f == nil {
		a.Native()
		return
	}
	r.yield(t)
	r.rec.note(t, events.Event{Kind: events.KindSync, N: 1, Text: callee(a)}, nil, "")
	var keys []reflect.Value
	for k := range m.Range {
		keys = append(keys, reflect.ValueOf(&k).Elem())
		r.identify(keys[len(keys)-1])
	}
	for _, k := range r.order(keys) {
		if v, ok := m.Load(k.Interface()); ok && !f(k.Interface(), v) {
			return
		}
	}
}

// puts and gets are sync.Pool's: it gives back what was put last, or forgets it.
func (r *turnstile) puts(t *task, a *hook.Act) {
	r.yield(t)
	if x := *(*any)(a.Args[1]); x != nil && a.Receiver() != nil {
		r.pools[a.Receiver()] = append(r.pools[a.Receiver()], x)
	}
	r.rec.note(t, events.Event{Kind: events.KindSync, N: 1, Text: callee(a)}, nil, "")
}

func (r *turnstile) gets(t *task, a *hook.Act) {
	r.yield(t)
	r.rec.note(t, events.Event{Kind: events.KindSync, N: 1, Text: callee(a)}, nil, "")
	p := (*sync.Pool)(a.Receiver())
	list := r.pools[a.Receiver()]
	if p == nil || len(list) == 0 {
		a.Native()
		return
	}
	last := len(list) - 1
	x := list[last]
	r.pools[a.Receiver()] = list[:last]
	r.mu.Lock()
	forgotten := r.choose(Choice{Options: 2}, nil, func(int) string { return "the pool has forgotten what it had" }) == 1
	r.mu.Unlock()
	if forgotten {
		a.Native()
		return
	}
	*(*any)(a.Results[0]) = x
}
