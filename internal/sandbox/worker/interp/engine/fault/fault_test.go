package fault

import (
	"reflect"
	"testing"
)

type valuer struct{}

func TestBoundsTexts(t *testing.T) {
	catch := func(f func()) (msg string) {
		defer func() { msg = recover().(error).Error() }()
		f()
		return "no panic"
	}
	for want, f := range map[string]func(){
		"runtime error: index out of range [5] with length 3":                                          func() { OutOfRange(5, 3) },
		"runtime error: index out of range [-1]":                                                       func() { OutOfRange(-1, 3) },
		"runtime error: slice bounds out of range [:5] with capacity 3":                                func() { CheckSlice(0, 5, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [:5] with length 3":                                  func() { CheckSlice(0, 5, 3, reflect.String) },
		"runtime error: slice bounds out of range [2:1]":                                               func() { CheckSlice(2, 1, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [-1:]":                                               func() { CheckSlice(-1, 1, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [::4] with capacity 3":                               func() { CheckSlice3(0, 1, 4, 3, false) },
		"runtime error: index out of range [18446744073709551615] with length 3":                       func() { OutOfRange(HugeIndex(1<<64-1), 3) },
		"runtime error: slice bounds out of range [:18446744073709551614] with length 3":               func() { CheckSlice(HugeIndex(1<<63), HugeIndex(1<<64-2), 3, reflect.Array) },
		"runtime error: slice bounds out of range [9223372036854775808:2]":                             func() { CheckSlice(HugeIndex(1<<63), 2, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [::9223372036854775809] with length 3":               func() { CheckSlice3(0, 1, HugeIndex(1<<63+1), 3, true) },
		"runtime error: slice bounds out of range [:9223372036854775808:2]":                            func() { CheckSlice3(0, HugeIndex(1<<63), 2, 3, false) },
		"runtime error: slice bounds out of range [-2::]":                                              func() { CheckSlice3(-2, 1, 2, 3, false) },
		"runtime error: invalid memory address or nil pointer dereference":                             func() { panic(NilDereference()) },
		"value method fault.valuer.M called using nil *valuer pointer":                                 func() { panic(NilMethod(reflect.TypeFor[*valuer](), "M")) },
		"runtime error: cannot convert slice with length 1 to array or pointer to array with length 2": func() { panic(ShortSlice(1, 2)) },
	} {
		if got := catch(f); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
