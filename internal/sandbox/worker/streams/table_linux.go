package streams

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"playground/internal/gofront/abi"
)

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
	fun := unsafe.Pointer(&(*abi.IFace)(unsafe.Pointer(&i)).Tab.Fun)
	return poke(unsafe.Add(fun, uintptr(m.Index)*unsafe.Sizeof(code)), code)
}

// funcPC is the entry of the function that fn points to.
func funcPC[F any](fn *F) uintptr { return **(**uintptr)(unsafe.Pointer(fn)) }

// replaceMethod makes reflection and interface tables that are yet to be built
// call code instead of t's method.
func replaceMethod(t reflect.Type, name string, code uintptr) error {
	m, ok := t.MethodByName(name)
	if !ok {
		return fmt.Errorf("no method %s on %s", name, t)
	}
	e := abi.TypeOf(t).Uncommon().Method(m.Index)
	text := uintptr(m.Func.Pointer()) - uintptr(e.Tfn)
	if at := runtime.FuncForPC(text + uintptr(e.Ifn)); at == nil || at.Name() != "os.(*File)."+name {
		return fmt.Errorf("method table of %s is not laid out as expected at %s", t, name)
	}
	off := int32(code - text)
	if err := poke(unsafe.Pointer(&e.Ifn), off); err != nil {
		return err
	}
	return poke(unsafe.Pointer(&e.Tfn), off)
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
