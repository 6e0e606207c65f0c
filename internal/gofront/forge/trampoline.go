//go:build amd64 || arm64

package forge

import (
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"playground/internal/gofront/abi"
)

// slotCount is the number of trampolines, which bounds the methods of all
// forged types in one process. The assembly files have exactly as many.
const slotCount = 8192

// slotSize is the size of a trampoline's code in bytes.
const slotSize = 16

var errNoSlot = errors.New("forge: the program's types have too many methods")

// closures[i] is the function value that trampoline i jumps into, a pointer to
// a word that holds the code's address. The assembly reads it by name.
var closures [slotCount]unsafe.Pointer

var (
	slotMu sync.Mutex
	owners []owner // of the trampolines in use
)

// owner is whose method a trampoline leads to.
type owner struct {
	recv   reflect.Type
	method string
}

// slotBase returns the address of trampoline 0.
func slotBase() uintptr

// slot is one trampoline.
type slot int

func newSlot(recv reflect.Type, method string) (slot, error) {
	slotMu.Lock()
	defer slotMu.Unlock()
	if len(owners) == slotCount {
		return 0, errNoSlot
	}
	owners = append(owners, owner{recv, method})
	return slot(len(owners) - 1), nil
}

// MethodAt is the method whose code pointer is pc, as reflect.Method.Func has it,
// and the type that it is a method of.
func MethodAt(pc uintptr) (recv reflect.Type, method string, ok bool) {
	slotMu.Lock()
	defer slotMu.Unlock()
	if i := (pc - slotBase()) / slotSize; i < uintptr(len(owners)) && owners[i].recv != nil {
		return owners[i].recv, owners[i].method, true
	}
	return nil, "", false
}

// code is the offset by which a method table names the trampoline's code.
func (s slot) code() int32 {
	pc := slotBase() + uintptr(s)*slotSize
	return abi.AddReflectOff(*(*unsafe.Pointer)(unsafe.Pointer(&pc)))
}

// set makes the trampoline jump into fn. It may be called at any time, also
// while the method runs.
func (s slot) set(fn reflect.Value) {
	f := fn.Interface()
	atomic.StorePointer(&closures[s], (*abi.EFace)(unsafe.Pointer(&f)).Data)
}

func (s slot) isSet() bool { return atomic.LoadPointer(&closures[s]) != nil }
