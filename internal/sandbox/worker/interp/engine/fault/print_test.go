package fault

import (
	"errors"
	"reflect"
	"testing"
)

type (
	code    int
	word    string
	half    float32
	pair    complex128
	trapped struct{ why any }
)

func (t trapped) Error() string { panic(t.why) }

func TestText(t *testing.T) {
	again := errors.New("again")
	for _, tt := range []struct {
		want string
		list []Panic
	}{
		{"panic: boom\n", []Panic{{Value: "boom"}}},
		{"panic: two\n\tlines\n", []Panic{{Value: "two\nlines"}}},
		{"panic: two\n\tlines\n", []Panic{{Value: errors.New("two\nlines")}}},
		{"panic: 42\n", []Panic{{Value: 42}}},
		{"panic: true\n", []Panic{{Value: true}}},
		{"panic: 0.1\n", []Panic{{Value: float32(0.1)}}},
		{"panic: (1-2i)\n", []Panic{{Value: complex(1, -2)}}},
		{"panic: fault.code(3)\n", []Panic{{Value: code(3)}}},
		{"panic: fault.half(0.1)\n", []Panic{{Value: half(0.1)}}},
		{"panic: fault.pair(1+0i)\n", []Panic{{Value: pair(1)}}},
		{"panic: fault.word(\"a\"b\n\tc\")\n", []Panic{{Value: word("a\"b\nc")}}},
		{"panic: 1\n\tpanic: 2\n", []Panic{{Value: 1}, {Value: 2}}},
		{"panic: 1 [recovered]\n\tpanic: 2\n", []Panic{{Value: 1, Recovered: true}, {Value: 2}}},
		{"panic: again [recovered, repanicked]\n", []Panic{{Value: again, Recovered: true}, {Value: again}}},
		{"panic: 1\n\tpanic: again [recovered, repanicked]\n", []Panic{{Value: 1}, {Value: again, Recovered: true}, {Value: again}}},
		{"panic: in exit\n", []Panic{{Goexit: true}, {Value: "in exit"}}},
		{"panic: runtime error: invalid memory address or nil pointer dereference\n\tpanic: 2\n[signal SIGSEGV: segmentation violation]\n",
			[]Panic{{Value: NilDereference()}, {Value: 2}}},
		{"fatal error: panic while printing panic value: in Error\n", []Panic{{Value: trapped{"in Error"}}}},
		{"fatal error: panic while printing panic value: type *errors.errorString\n", []Panic{{Value: trapped{again}}}},
		{"fatal error: panic while printing panic value: type runtime.errorString\n[signal SIGSEGV: segmentation violation]\n",
			[]Panic{{Value: "first"}, {Value: trapped{NilDereference()}}}},
	} {
		if got := Text(tt.list); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

func TestWays(t *testing.T) {
	for w := range Ways {
		calls := w.Calls()
		want := "runtime.gopanic"
		if w == Exited {
			want = "runtime.Goexit"
		}
		if len(calls) == 0 || calls[0].Function != want {
			t.Errorf("way %d: %v", w, calls)
		}
	}
	for w, v := range map[Way]any{
		Called: "x", Dereferenced: NilDereference(), Indexed: ShortSlice(1, 2), Divided: Error("integer divide by zero"),
		Asserted: Assertion(anyType, reflect.ValueOf(1), reflect.TypeFor[string]()),
	} {
		if got := WayOf(v); got != w {
			t.Errorf("%v came about by way %d, not %d", v, got, w)
		}
	}
}
