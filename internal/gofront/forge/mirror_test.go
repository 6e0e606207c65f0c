//go:build amd64 || arm64

package forge

import (
	"bytes"
	"encoding"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"text/template"
	"time"
	"unsafe"
)

// The tests of this file forge a copy of a compiled type, show both to an
// observer from the standard library and want the same answer.

// mirror forges a copy of the compiled type t, with t's own methods.
func mirror(tb testing.TB, t reflect.Type) *Named {
	tb.Helper()
	n := Declare("forge", "forge", t.Name())
	under, fields := underlying(t)
	var methods []Method
	pt := reflect.PointerTo(t)
	for m := range pt.Methods() {
		_, inValue := t.MethodByName(m.Name)
		methods = append(methods, mirrorMethod(t, m, !inValue))
	}
	if err := n.Define(under, fields, methods); err != nil {
		tb.Fatal(err)
	}
	Link()
	return n
}

// underlying is the underlying type of t, as far as the tests' types need it.
func underlying(t reflect.Type) (reflect.Type, []Field) {
	if t.Kind() != reflect.Struct {
		return t, nil
	}
	var open []reflect.StructField
	var fields []Field
	for f := range t.Fields() {
		open = append(open, reflect.StructField{Name: fmt.Sprintf("F%d", len(open)), Type: f.Type})
		fields = append(fields, Field{Name: f.Name, Tag: string(f.Tag), Embedded: f.Anonymous, Sealed: !f.IsExported()})
	}
	return reflect.StructOf(open), fields
}

func mirrorMethod(t reflect.Type, m reflect.Method, ptr bool) Method {
	var in, out []reflect.Type
	for a := range m.Type.Ins() {
		in = append(in, a)
	}
	for a := range m.Type.Outs() {
		out = append(out, a)
	}
	return Method{
		Name: m.Name, Ptr: ptr, Type: reflect.FuncOf(in[1:], out, m.Type.IsVariadic()),
		Fn: func(args []reflect.Value) []reflect.Value {
			var p unsafe.Pointer
			if ptr {
				p = args[0].UnsafePointer()
			} else {
				box := reflect.New(args[0].Type())
				box.Elem().Set(args[0])
				p = box.UnsafePointer()
			}
			args[0] = reflect.NewAt(t, p)
			if m.Type.IsVariadic() {
				return m.Func.CallSlice(args)
			}
			return m.Func.Call(args)
		},
	}
}

// as returns the bits of v as a T of n.
func (n *Named) as(v any) reflect.Value {
	rv := reflect.ValueOf(v)
	box := reflect.New(rv.Type())
	box.Elem().Set(rv)
	return reflect.NewAt(n.T, box.UnsafePointer()).Elem()
}

type (
	plain   struct{ A, B int }
	secrets struct {
		d    time.Duration
		err  error
		Open time.Duration
		in   inner
		list []time.Duration
		m    map[string]time.Duration
		any  any
	}
	inner  struct{ Wait time.Duration }
	tagged struct {
		Name   string `json:"name" xml:"n,attr"`
		Secret string `json:"-"`
		hidden int    `k:"hidden"`
		Empty  *int   `json:",omitempty"`
	}
	embeds struct {
		plain
		*tagged
		inner
		Extra bool
	}
	celsius float64
	level   int
	code    string
	flags   []bool
	ages    map[string]int
	feed    chan int
	handler func(int, ...string) error
	grid    [2][2]celsius
	pointer struct{ p *int }
	one     [1]*int
	nothing struct{}
	blank   struct {
		A int
		_ int
		B string
	}
	money struct{ cents int64 }
	myErr struct{ Op string }
	count struct{ n int }
)

func (c celsius) String() string              { return fmt.Sprintf("%.1f°C", float64(c)) }
func (l level) MarshalText() ([]byte, error)  { return []byte(fmt.Sprint("L", int(l))), nil }
func (l *level) UnmarshalText(b []byte) error { _, err := fmt.Sscanf(string(b), "L%d", l); return err }
func (c code) GoString() string               { return "code!" + string(c) }
func (f flags) Len() int                      { return len(f) }
func (f flags) Less(i, j int) bool            { return !f[i] && f[j] }
func (f flags) Swap(i, j int)                 { f[i], f[j] = f[j], f[i] }
func (f *flags) Push(x any)                   { *f = append(*f, x.(bool)) }
func (a ages) Error() string                  { return fmt.Sprintf("%d people", len(a)) }
func (h handler) String() string              { return "handler" }
func (p pointer) String() string              { return fmt.Sprint("to ", *p.p) }
func (o one) String() string                  { return fmt.Sprint("one ", *o[0]) }
func (nothing) String() string                { return "nothing" }
func (m money) Format(s fmt.State, verb rune) {
	fmt.Fprintf(s, "€%d.%02d/%c", m.cents/100, m.cents%100, verb)
}
func (m money) MarshalJSON() ([]byte, error)  { return json.Marshal(fmt.Sprint(m.cents)) }
func (m *money) UnmarshalJSON(b []byte) error { m.cents = int64(len(b)); return nil }
func (m money) LogValue() slog.Value          { return slog.Int64Value(m.cents) }
func (e *myErr) Error() string                { return "my " + e.Op }
func (e *myErr) Is(target error) bool         { return target == io.EOF }
func (e *myErr) Unwrap() error                { return io.ErrUnexpectedEOF }
func (c *count) Write(p []byte) (int, error)  { c.n += len(p); return len(p), nil }
func (c *count) Sum(xs ...int) (total int) {
	for _, x := range xs {
		total += x
	}
	return total + c.n
}
func (p plain) Add(q int, f float64, s string) (int, string, float64) {
	return p.A + p.B + q, s + "!", f * 2
}

var seven = 7

func samples() []any {
	return []any{
		plain{1, 2}, secrets{time.Second, io.EOF, time.Minute, inner{time.Hour}, []time.Duration{1}, map[string]time.Duration{"k": 2}, time.Duration(3)},
		inner{time.Millisecond}, tagged{"n", "s", 3, nil},
		embeds{plain{1, 2}, &tagged{Name: "x"}, inner{9}, true},
		celsius(36.6), level(3), code("c"), flags{true, false}, ages{"ada": 36}, grid{{1, 2}, {3, 4}},
		pointer{&seven}, one{&seven}, nothing{}, feed(nil), handler(nil), blank{A: 1, B: "b"}, money{1234}, myErr{"read"}, count{2},
	}
}

func observers() map[string]func(v reflect.Value) string {
	obs := map[string]func(v reflect.Value) string{
		"json": func(v reflect.Value) string {
			b, err := json.Marshal(v.Interface())
			return fmt.Sprintf("%s %v", b, err)
		},
		"json of pointer": func(v reflect.Value) string {
			b, err := json.Marshal(v.Addr().Interface())
			return fmt.Sprintf("%s %v", b, err)
		},
		"xml": func(v reflect.Value) string {
			b, err := xml.Marshal(v.Interface())
			return fmt.Sprintf("%s %v", b, err)
		},
		"slog":     func(v reflect.Value) string { return logged(v.Interface()) },
		"template": func(v reflect.Value) string { return executed(v) },
		"reflect":  describe,
		"methods":  methodNames,
		"key":      keyed,
		"deep":     func(v reflect.Value) string { return fmt.Sprint(reflect.DeepEqual(v.Interface(), v.Interface())) },
		"unjson": func(v reflect.Value) string {
			p := reflect.New(v.Type())
			err := json.Unmarshal([]byte(`{"name":"q","hidden":9,"A":5,"Extra":true}`), p.Interface())
			return fmt.Sprintf("%v %v", p.Elem(), err)
		},
		"interfaces": implements,
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%T", "%s", "%d", "%x", "%q", "%10v|", "%t"} {
		obs[verb] = func(v reflect.Value) string { return fmt.Sprintf(verb, v.Interface()) }
		obs[verb+" of []"] = func(v reflect.Value) string {
			return fmt.Sprintf(verb, reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, 1), v).Interface())
		}
		obs[verb+" in struct"] = func(v reflect.Value) string { return fmt.Sprintf(verb, struct{ X any }{v.Interface()}) }
	}
	for _, verb := range []string{"%T", "%s", "%v"} {
		obs[verb+" of pointer"] = func(v reflect.Value) string { return fmt.Sprintf(verb, v.Addr().Interface()) }
	}
	return obs
}

// addressless hides pointers, which differ between two values.
func addressless(s string) string {
	return regexp.MustCompile(`(0x)?[0-9a-f]{9,}`).ReplaceAllString(s, "PTR")
}

func logged(v any) string {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("m", "v", v)
	return b.String()
}

func executed(v reflect.Value) string {
	var all []string
	for _, text := range []string{"{{.}}", "{{.A}}", "{{.hidden}}", "{{.Name}}", "{{.String}}", "{{.Len}}", "{{printf `%v` .}}", "{{range .}}{{.}};{{end}}"} {
		var b strings.Builder
		err := template.Must(template.New("t").Parse(text)).Execute(&b, v.Addr().Interface())
		all = append(all, fmt.Sprint(b.String(), err))
	}
	return strings.Join(all, "\n")
}

func describe(v reflect.Value) string {
	t := v.Type()
	var b strings.Builder
	fmt.Fprintln(&b, t, t.Name(), t.PkgPath(), t.Kind(), t.Size(), t.Align(), t.Comparable(), reflect.PointerTo(t), reflect.PointerTo(t).Elem() == t)
	if t.Kind() != reflect.Struct {
		return b.String()
	}
	for f := range t.Fields() {
		fv := v.FieldByIndex(f.Index)
		fmt.Fprintln(&b, f.Name, f.PkgPath, f.Type, f.Tag, f.Offset, f.Anonymous, f.IsExported(), fv.CanSet(), fv.CanInterface())
	}
	return b.String()
}

func methodNames(v reflect.Value) string {
	var b strings.Builder
	for _, t := range []reflect.Type{v.Type(), v.Addr().Type()} {
		for m := range t.Methods() {
			m2, _ := t.MethodByName(m.Name)
			fmt.Fprintln(&b, t, m.Index, m.Name, m.PkgPath, m.Type, m2.Index == m.Index)
		}
	}
	return b.String()
}

func keyed(v reflect.Value) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint(r)
		}
	}()
	m := map[any]int{v.Interface(): 1}
	w := reflect.New(v.Type()).Elem()
	w.Set(v)
	return fmt.Sprint(m[w.Interface()], v.Interface() == w.Interface(), v.Interface() == reflect.Zero(v.Type()).Interface(), m[1])
}

func implements(v reflect.Value) string {
	var b strings.Builder
	for _, x := range []any{v.Interface(), v.Addr().Interface()} {
		_, isStringer := x.(fmt.Stringer)
		_, isError := x.(error)
		_, isWriter := x.(io.Writer)
		_, isText := x.(encoding.TextMarshaler)
		_, isUntext := x.(encoding.TextUnmarshaler)
		_, isFormatter := x.(fmt.Formatter)
		_, isLog := x.(slog.LogValuer)
		_, isJSON := x.(json.Marshaler)
		_, isLen := x.(interface {
			Len() int
			Less(i, j int) bool
		})
		fmt.Fprint(&b, isStringer, isError, isWriter, isText, isUntext, isFormatter, isLog, isJSON, isLen, ";")
	}
	return b.String()
}

func TestObserversSeeNoDifference(t *testing.T) {
	for _, sample := range samples() {
		n := mirror(t, reflect.TypeOf(sample))
		real := reflect.New(reflect.TypeOf(sample)).Elem()
		real.Set(reflect.ValueOf(sample))
		forged := n.as(sample)
		for name, observe := range observers() {
			want, got := addressless(observe(real)), addressless(observe(forged))
			want = strings.ReplaceAll(want, reflect.TypeFor[plain]().PkgPath(), "forge")
			if want != got {
				t.Errorf("%T: %s:\n got %s\nwant %s", sample, name, got, want)
			}
		}
	}
}

func TestErrorsAsAndIs(t *testing.T) {
	n := mirror(t, reflect.TypeFor[myErr]())
	other := mirror(t, reflect.TypeFor[myErr]())
	e := n.as(myErr{"read"}).Addr()
	wrapped := fmt.Errorf("outer: %w", errors.Join(io.ErrClosedPipe, e.Interface().(error)))
	target := reflect.New(n.PtrT)
	if !errors.As(wrapped, target.Interface()) || target.Elem().Pointer() != e.Pointer() {
		t.Error("errors.As does not find the forged type")
	}
	if errors.As(wrapped, reflect.New(other.PtrT).Interface()) {
		t.Error("errors.As finds another type of the same name")
	}
	if !errors.Is(wrapped, io.EOF) || !errors.Is(wrapped, io.ErrUnexpectedEOF) || errors.Is(wrapped, io.ErrShortWrite) {
		t.Error("errors.Is does not call Is and Unwrap")
	}
	if !errors.Is(wrapped, e.Interface().(error)) {
		t.Error("errors.Is does not compare pointers")
	}
}

func TestHostWritesThroughForgedWriter(t *testing.T) {
	n := mirror(t, reflect.TypeFor[count]())
	v := reflect.New(n.T)
	w := v.Interface().(io.Writer)
	fmt.Fprintf(w, "%05d", 1)
	io.Copy(w, strings.NewReader("abc"))
	if got := v.Elem().Field(0).Int(); got != 8 {
		t.Errorf("counted %d bytes, want 8", got)
	}
}
