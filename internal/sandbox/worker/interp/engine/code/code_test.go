package code

import (
	"testing"
	"unsafe"
)

// value is a function value that goes through an entry.
type value struct {
	code   uintptr
	target unsafe.Pointer
}

// Every entry leads to its value's target, with the arguments and what the
// target has captured.
func TestEntries(t *testing.T) {
	base := 100
	target := func(a int, s string) int { return base + a + len(s) }
	for i := range Count {
		v := &value{At(i), *(*unsafe.Pointer)(unsafe.Pointer(&target))}
		f := *(*func(int, string) int)(unsafe.Pointer(&v))
		if got := f(i, "ab"); got != 102+i {
			t.Fatalf("entry %d returned %d", i, got)
		}
		if !Is(At(i)) || Index(At(i)) != i || Index(At(i)+1) != i {
			t.Fatalf("entry %d is not known by its address", i)
		}
	}
	if Is(At(0)-1) || Is(At(Count)) {
		t.Error("an address outside of the table is taken for an entry's")
	}
}
