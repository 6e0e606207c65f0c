//go:build amd64 || arm64

package forge

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"playground/internal/gofront/abi"
)

const noSlot slot = -1

// boundMethod is a method and the trampolines that lead to it. There are up to
// three ways in: with a pointer to the receiver (from *T, and from an interface
// that holds a T too big for its data word), with a pointer-shaped receiver in
// the data word, and with a T as first argument (reflect.Method.Func).
type boundMethod struct {
	Method
	byPointer, byValue slot
	call               atomic.Pointer[func([]reflect.Value) []reflect.Value]
}

// pending lists the methods whose trampolines lead nowhere yet. A stub for a
// method needs the sizes of its parameters, which are known only when all types
// are defined.
var (
	pendingMu sync.Mutex
	pending   []func()
)

// Link completes all methods defined so far. It must be called when all types
// are defined and before one of their methods is called.
func Link() {
	pendingMu.Lock()
	defer pendingMu.Unlock()
	for _, link := range pending {
		link()
	}
	pending = nil
}

// exported reports whether name starts with an upper-case letter.
func exported(name string) bool {
	r, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(r)
}

// compareNames is the order of method tables: exported names first, then by
// bytes. The runtime walks two tables in step and relies on it.
func compareNames(a, b string) int {
	if exported(a) != exported(b) {
		if exported(a) {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}

// direct reports whether an interface holds a T in its data word.
func (n *Named) direct() bool { return n.t.TFlag&abi.TFlagDirectIface != 0 }

func (n *Named) defineMethods(all []Method) error {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Method) int { return compareNames(a.Name, b.Name) })
	n.methods = nil
	values := 0
	for _, m := range all {
		bm := &boundMethod{Method: m, byValue: noSlot}
		if m.Fn != nil {
			bm.call.Store(&m.Fn)
		}
		keep(m.Type)
		var err error
		if bm.byPointer, err = newSlot(n.PtrT, m.Name); err != nil {
			return err
		}
		if !m.Ptr {
			values++
			if bm.byValue, err = newSlot(n.T, m.Name); err != nil {
				return err
			}
		}
		n.methods = append(n.methods, bm)
	}
	n.fillTables(values)
	pendingMu.Lock()
	pending = append(pending, n.link)
	pendingMu.Unlock()
	return nil
}

// fillTables writes the method tables of T, which has the given number of
// methods, and of *T.
func (n *Named) fillTables(values int) {
	pu := (*abi.UncommonType)(unsafe.Add(unsafe.Pointer(n.p), unsafe.Sizeof(*n.p)))
	tu := (*abi.UncommonType)(unsafe.Add(unsafe.Pointer(n.t), abi.DescriptorSize(reflect.Kind(n.t.Kind))))
	pt, tt := n.chunk.table(len(n.methods)), n.chunk.table(values)
	pkg := nameOffset(newName(n.path, "", 0))
	*pu = abi.UncommonType{PkgPath: pkg, Mcount: uint16(len(pt)), Moff: distance(unsafe.Pointer(pu), pt)}
	*tu = abi.UncommonType{PkgPath: pkg, Mcount: uint16(len(tt)), Moff: distance(unsafe.Pointer(tu), tt)}
	ti := 0
	for i, m := range n.methods {
		// Every name is marked as exported, whatever its case: the interpreter
		// calls through reflection, which refuses others. What counts as
		// exported to reflection is Xcount.
		e := abi.Method{Name: nameOffset(newName(m.Name, "", abi.NameExported)), Type: abi.AddReflectOff(unsafe.Pointer(abi.TypeOf(m.Type)))}
		e.Ifn = m.byPointer.code()
		e.Tfn = e.Ifn
		pt[i] = e
		if exported(m.Name) {
			pu.Xcount++
		}
		if m.Ptr {
			continue
		}
		e.Tfn = m.byValue.code()
		if n.direct() {
			e.Ifn = e.Tfn
		}
		tt[ti] = e
		ti++
		if exported(m.Name) {
			tu.Xcount++
		}
	}
	n.t.TFlag |= abi.TFlagUncommon
	n.p.TFlag |= abi.TFlagUncommon
}

func distance(from unsafe.Pointer, table []abi.Method) uint32 {
	if len(table) == 0 {
		return uint32(unsafe.Sizeof(abi.UncommonType{}))
	}
	return uint32(uintptr(unsafe.Pointer(&table[0])) - uintptr(from))
}

// link fills the trampolines that Bind has not filled.
func (n *Named) link() {
	for _, m := range n.methods {
		if !m.byPointer.isSet() {
			m.byPointer.set(n.stub(m, n.PtrT))
		}
		if m.byValue != noSlot && !m.byValue.isSet() {
			m.byValue.set(n.stub(m, n.T))
		}
	}
}

// stub is a function with the given receiver type that calls the method's Fn.
func (n *Named) stub(m *boundMethod, recv reflect.Type) reflect.Value {
	in, out := []reflect.Type{recv}, []reflect.Type(nil)
	for t := range m.Type.Ins() {
		in = append(in, t)
	}
	for t := range m.Type.Outs() {
		out = append(out, t)
	}
	deref := recv == n.PtrT && !m.Ptr
	return reflect.MakeFunc(reflect.FuncOf(in, out, m.Type.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		if deref {
			if args[0].IsNil() {
				panic(nilReceiverError("value method " + n.T.String() + "." + m.Name + " called using nil *" + n.T.Name() + " pointer"))
			}
			v := reflect.New(n.T).Elem()
			v.Set(args[0].Elem())
			args[0] = v
		}
		call := m.call.Load()
		if call == nil {
			panic(fmt.Sprintf("forge: method %s of %s was called before it was bound", m.Name, n.T))
		}
		return (*call)(args)
	})
}

// nilReceiverError is what the runtime panics with when a method of T is called
// through a nil *T: an error of the type of others of its errors.
func nilReceiverError(msg string) (err any) {
	defer func() {
		v := reflect.New(reflect.TypeOf(recover())).Elem()
		v.SetString(msg)
		err = v.Interface()
	}()
	close((chan int)(nil))
	return nil
}

// Bind makes the trampolines of a method jump straight into fn, with no stub
// between: the fastest way into an interpreted method. fn takes the receiver
// first, either as *T (best, unless T is pointer-shaped) or, for a method of T,
// as T; Bind may be called once for each. The other way in, if fn is not bound
// for it and the method has no Fn, is led to fn by a stub.
func (n *Named) Bind(name string, fn reflect.Value) error {
	i := slices.IndexFunc(n.methods, func(m *boundMethod) bool { return m.Name == name })
	if i < 0 {
		return fmt.Errorf("forge: %s has no method %s", n.T, name)
	}
	m := n.methods[i]
	if err := n.checkSignature(m, fn.Type()); err != nil {
		return err
	}
	call := fn.Call
	if m.Type.IsVariadic() {
		call = fn.CallSlice
	}
	if fn.Type().In(0) == n.PtrT {
		if !m.Ptr {
			call = viaPointer(call)
		}
		m.byPointer.set(fn)
	} else {
		m.byValue.set(fn)
	}
	m.call.CompareAndSwap(nil, &call)
	return nil
}

// viaPointer adapts a function that takes a *T to a T in args[0].
func viaPointer(call func([]reflect.Value) []reflect.Value) func([]reflect.Value) []reflect.Value {
	return func(args []reflect.Value) []reflect.Value {
		p := reflect.New(args[0].Type())
		p.Elem().Set(args[0])
		args[0] = p
		return call(args)
	}
}

func (n *Named) checkSignature(m *boundMethod, t reflect.Type) error {
	ok := t.Kind() == reflect.Func && t.NumIn() == m.Type.NumIn()+1 && t.NumOut() == m.Type.NumOut() &&
		t.IsVariadic() == m.Type.IsVariadic() && (t.In(0) == n.PtrT || t.In(0) == n.T && !m.Ptr)
	for i := 0; ok && i < m.Type.NumIn(); i++ {
		ok = t.In(i+1) == m.Type.In(i)
	}
	for i := 0; ok && i < m.Type.NumOut(); i++ {
		ok = t.Out(i) == m.Type.Out(i)
	}
	if !ok {
		return fmt.Errorf("forge: cannot bind a %s as method %s %s of %s", t, m.Name, m.Type, n.T)
	}
	return nil
}
