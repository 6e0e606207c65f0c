package corpus

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestValues(t *testing.T) {
	tests := []struct {
		line string
		want any
	}{
		{`string("a\x00é")`, "a\x00é"},
		{"string(`raw`)", "raw"},
		{`[]byte("\xff")`, []byte{0xff}},
		{`bool(true)`, true},
		{`bool(false)`, false},
		{`int(-7)`, -7},
		{`int8(-128)`, int8(-128)},
		{`int16(0x7f)`, int16(127)},
		{`int32(1_000)`, int32(1000)},
		{`int64(-9223372036854775808)`, int64(math.MinInt64)},
		{`rune('ß')`, 'ß'},
		{`rune(223)`, 'ß'},
		{`byte('\x80')`, byte(0x80)},
		{`byte('a')`, byte('a')},
		{`uint(3)`, uint(3)},
		{`uint8(255)`, uint8(255)},
		{`uint16(65535)`, uint16(65535)},
		{`uint32(7)`, uint32(7)},
		{`uint64(18446744073709551615)`, uint64(math.MaxUint64)},
		{`float64(2.5)`, 2.5},
		{`float64(3)`, 3.0},
		{`float64(-Inf)`, math.Inf(-1)},
		{`float32(+Inf)`, float32(math.Inf(1))},
		{`float32(-0.1)`, float32(-0.1)},
		{`math.Float32frombits(0x3fc00000)`, float32(1.5)},
		{`math.Float64frombits(0x3ff8000000000000)`, 1.5},
	}
	for _, tt := range tests {
		got, err := value(tt.line)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %T %v, error %v, want %T %v", tt.line, got, got, err, tt.want, tt.want)
		}
	}
	if got, err := value("float64(NaN)"); err != nil || !math.IsNaN(got.(float64)) {
		t.Errorf("NaN: got %v, error %v", got, err)
	}
}

func TestMalformed(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "cannot unmarshal empty string"},
		{version, "must include version and at least one value"},
		{"go test fuzz v2\nint(3)\n", "unknown encoding version: go test fuzz v2"},
		{version + "\nint(3\n", `malformed line "int(3": (test):1:6`},
		{version + "\n3\n", "expected call expression"},
		{version + "\nint(3, 4)\n", "expected call expression with 1 argument; got 2"},
		{version + "\nerror(3)\n", "expected []byte or primitive type"},
		{version + "\n[]byte(3)\n", "invalid syntax"},
		{version + "\nstring('a')\n", "string literal value required"},
		{version + "\nbool(maybe)\n", "true or false required"},
		{version + "\nint(f())\n", "literal value required"},
		{version + "\nint8(200)\n", "value out of range"},
		{version + "\nbyte('ab')\n", "(test):1:6"},
		{version + "\nint(3)\n", "wrong number of values in corpus entry: 1, want 2"},
		{version + "\nint(3)\nint(4)\n", "mismatched types in corpus entry: [int int], want [int string]"},
	}
	types := []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[string]()}
	for _, tt := range tests {
		fsys := fstest.MapFS{"d/seed": {Data: []byte(tt.text)}}
		_, err := Read(fsys, "d", types)
		if err == nil || !strings.HasPrefix(err.Error(), `"d/seed": `) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %s", tt.text, err, tt.want)
		}
	}
}

// The good seeds come in the order of their names, whatever is wrong with others.
func TestRead(t *testing.T) {
	fsys := fstest.MapFS{
		"d/b":     {Data: []byte(version + "\r\nint(2)\r\n\r\n")},
		"d/a":     {Data: []byte(version + "\nint(1)")},
		"d/bad":   {Data: []byte("?\n")},
		"d/sub/c": {Data: []byte("not read")},
	}
	types := []reflect.Type{reflect.TypeFor[int]()}
	got, err := Read(fsys, "d", types)
	if err == nil || len(got) != 2 || got[0].Path != "d/a" || got[0].Values[0] != 1 || got[1].Values[0] != 2 {
		t.Errorf("got %v, error %v", got, err)
	}
	if got, err := Read(fsys, "missing", types); got != nil || err != nil {
		t.Errorf("no directory: got %v, error %v", got, err)
	}
}
