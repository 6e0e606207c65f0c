package worker

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Host code calls methods of *os.File by way of interfaces and of reflection, and
// finds them in tables that the linker made. What is below puts functions of our
// own into those tables. Calls that the compiler bound to the method itself are
// not reached; our own code makes none on the standard streams.

// sameFile reports whether two files are the same open file, copies of the
// struct included.
func sameFile(f, g *os.File) bool {
	return f != nil && g != nil && *(*unsafe.Pointer)(unsafe.Pointer(f)) == *(*unsafe.Pointer)(unsafe.Pointer(g))
}

// replaceIn makes calls of a method of an *os.File by way of interface I call
// code. The table of I may be one that the linker made, with the method itself in
// it, whatever reflection says.
func replaceIn[I any](method string, code uintptr) error {
	m, ok := reflect.TypeFor[I]().MethodByName(method)
	if !ok {
		return fmt.Errorf("no method %s in %s", method, reflect.TypeFor[I]())
	}
	i, ok := any(os.Stdin).(I)
	if !ok {
		return fmt.Errorf("a file is no %s", reflect.TypeFor[I]())
	}
	tab := (*struct { // internal/abi.ITab
		tab *struct {
			_    [2]unsafe.Pointer
			_    uint64
			code [8]uintptr
		}
	})(unsafe.Pointer(&i)).tab
	return poke(unsafe.Pointer(&tab.code[m.Index]), code)
}

// funcPC is the entry of the function that fn points to.
func funcPC[F any](fn *F) uintptr { return **(**uintptr)(unsafe.Pointer(fn)) }

// methodEntry is the runtime's abi.Method: offsets from the module's text.
type methodEntry struct {
	name, typ int32
	ifn, tfn  int32
}

// replaceMethod makes reflection and interface tables that are yet to be built
// call code instead of t's method.
func replaceMethod(t reflect.Type, name string, code uintptr) error {
	m, ok := t.MethodByName(name)
	if !ok {
		return fmt.Errorf("no method %s on %s", name, t)
	}
	e := methodTable(t, m.Index)
	text := uintptr(m.Func.Pointer()) - uintptr(e.tfn)
	if at := runtime.FuncForPC(text + uintptr(e.ifn)); at == nil || at.Name() != "os.(*File)."+name {
		return fmt.Errorf("method table of %s is not laid out as expected at %s", t, name)
	}
	off := int32(code - text)
	if err := poke(unsafe.Pointer(&e.ifn), off); err != nil {
		return err
	}
	return poke(unsafe.Pointer(&e.tfn), off)
}

// methodTable returns the i-th entry of the method table of pointer type t. The
// layout is internal/abi's: the pointer type, its uncommon part, the table.
func methodTable(t reflect.Type, i int) *methodEntry {
	const (
		sizeType     = 48 // abi.Type
		sizePtrType  = sizeType + 8
		offsetOfMoff = 8 // in abi.UncommonType
	)
	head := (*struct{ _, typ unsafe.Pointer })(unsafe.Pointer(&t)).typ
	uncommon := unsafe.Add(head, sizePtrType)
	moff := *(*uint32)(unsafe.Add(uncommon, offsetOfMoff))
	return (*methodEntry)(unsafe.Add(uncommon, uintptr(moff)+uintptr(i)*unsafe.Sizeof(methodEntry{})))
}

// poke writes v into what may be read-only data. It leaves it writable: the table
// may as well lie among the runtime's own allocations, which must stay so.
func poke[T any](at unsafe.Pointer, v T) error {
	page := uintptr(unix.Getpagesize())
	first := uintptr(at) &^ (page - 1)
	last := (uintptr(at) + unsafe.Sizeof(v) - 1) &^ (page - 1)
	n := last - first + page
	pages := unsafe.Slice((*byte)(unsafe.Add(at, -int(uintptr(at)-first))), n)
	if err := unix.Mprotect(pages, unix.PROT_READ|unix.PROT_WRITE); err != nil {
		return fmt.Errorf("make method table writable: %w", err)
	}
	*(*T)(at) = v
	return nil
}
