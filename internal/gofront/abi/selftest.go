package abi

import (
	"errors"
	"fmt"
	"go/version"
	"io"
	"reflect"
	"runtime"
	"unsafe"
)

// ErrUnsupported is wrapped by the error that SelfTest returns on a Go release
// or an architecture for which no layout has been written down.
var ErrUnsupported = errors.New("forged types are not available")

// Supported reports whether a release of Go (runtime.Version) on an
// architecture is one whose layouts are written down here.
func Supported(release, arch string) error {
	if version.IsValid(release) && version.Lang(release) != Language || arch != "amd64" && arch != "arm64" {
		return fmt.Errorf("%w on %s %s: the newest Go that this source knows is %s, on amd64 and arm64", ErrUnsupported, release, arch, Language)
	}
	return nil
}

// SelfTest compares the layouts with what the compiler and package reflect of
// the running process made. An error means that this build must not run
// programs.
func SelfTest() error {
	if err := Supported(runtime.Version(), runtime.GOARCH); err != nil {
		return err
	}
	for _, check := range []func() error{checkDescriptors, checkKinds, checkMethods, checkInterfaces, checkValue, checkMakeFunc, checkChan} {
		if err := check(); err != nil {
			return fmt.Errorf("this build's runtime is not as expected: %w", err)
		}
	}
	return nil
}

// probe is a type whose descriptor the compiler writes.
type probe struct {
	A int `k:"v"`
	b *probe
}

// M gives probe a method table.
func (p probe) M() *probe { return p.b }

func checkDescriptors() error {
	t := reflect.TypeFor[probe]()
	r := (*StructType)(unsafe.Pointer(TypeOf(t)))
	if r.Size != t.Size() || r.Kind != uint8(reflect.Struct) || int(r.Align) != t.Align() || r.PtrBytes != t.Size() || r.Equal == nil {
		return errors.New("type descriptor")
	}
	if r.TFlag&(TFlagNamed|TFlagUncommon) != TFlagNamed|TFlagUncommon || r.TFlag&TFlagDirectIface != 0 {
		return errors.New("type flags")
	}
	if TypeOf(reflect.TypeFor[*int]()).TFlag&TFlagDirectIface == 0 {
		return errors.New("flag of pointer-shaped types")
	}
	if len(r.Fields) != 2 || r.Fields[1].Offset != t.Field(1).Offset || ToType(r.Fields[1].Type) != t.Field(1).Type {
		return errors.New("struct fields")
	}
	if *r.Fields[0].Name.Bytes != NameExported|NameHasTag || *r.Fields[1].Name.Bytes != 0 {
		return errors.New("field names")
	}
	return nil
}

// Types of each kind that have a method, so that their descriptors are followed
// by an uncommon part.
type (
	sliceProbe []int
	arrayProbe [3]int
	chanProbe  chan int
	funcProbe  func()
	mapProbe   map[string]int
	basicProbe int
)

func (sliceProbe) M() {}
func (arrayProbe) M() {}
func (chanProbe) M()  {}
func (funcProbe) M()  {}
func (mapProbe) M()   {}
func (basicProbe) M() {}

// checkKinds finds the one method behind the descriptor of each kind.
func checkKinds() error {
	for _, t := range []reflect.Type{
		reflect.TypeFor[probe](), reflect.TypeFor[*probe](), reflect.TypeFor[sliceProbe](), reflect.TypeFor[arrayProbe](),
		reflect.TypeFor[chanProbe](), reflect.TypeFor[funcProbe](), reflect.TypeFor[mapProbe](), reflect.TypeFor[basicProbe](),
	} {
		if t.NumMethod() != 1 { // which also tells the linker that methods are looked at
			return fmt.Errorf("methods of %s", t)
		}
		if u := TypeOf(t).Uncommon(); u.Mcount != 1 || u.Xcount != 1 {
			return fmt.Errorf("uncommon part of a %s", t.Kind())
		}
	}
	m := reflect.TypeFor[map[string]probe]()
	if mt := (*MapType)(unsafe.Pointer(TypeOf(m))); ToType(mt.Key) != m.Key() || ToType(mt.Elem) != m.Elem() || mt.Hasher == nil {
		return errors.New("map descriptor")
	}
	return nil
}

// checkMethods finds the code of a method through its type's table.
func checkMethods() error {
	m, ok := reflect.TypeFor[*probe]().MethodByName("M")
	if !ok {
		return errors.New("method by name")
	}
	e := TypeOf(reflect.TypeFor[*probe]()).Uncommon().Method(m.Index)
	text := uintptr(m.Func.Pointer()) - uintptr(e.Tfn)
	if f := runtime.FuncForPC(text + uintptr(e.Ifn)); f == nil || f.Name() != "playground/internal/gofront/abi.(*probe).M" {
		return errors.New("method table")
	}
	return nil
}

func checkInterfaces() error {
	e := (*InterfaceType)(unsafe.Pointer(TypeOf(reflect.TypeFor[error]())))
	if len(e.Methods) != 1 {
		return errors.New("interface descriptor")
	}
	var err error = io.EOF
	i := (*IFace)(unsafe.Pointer(&err))
	if i.Tab.Inter != e || i.Tab.Type != TypeOf(reflect.TypeOf(err)) || i.Tab.Hash != i.Tab.Type.Hash {
		return errors.New("table of an interface")
	}
	if f := runtime.FuncForPC(i.Tab.Fun[0]); f == nil || f.Name() != "errors.(*errorString).Error" {
		return errors.New("code in the table of an interface")
	}
	return nil
}

func checkValue() error {
	x := 7
	v := reflect.ValueOf(&x).Elem()
	w := (*Value)(unsafe.Pointer(&v))
	if w.Type != TypeOf(reflect.TypeFor[int]()) || w.Data != unsafe.Pointer(&x) || w.Flag != uintptr(reflect.Int)|FlagIndir|FlagAddr {
		return errors.New("reflect.Value")
	}
	f := reflect.ValueOf(&probe{}).Elem().Field(1)
	if w := (*Value)(unsafe.Pointer(&f)); w.Flag&FlagKindMask != uintptr(reflect.Pointer) || w.Flag&FlagStickyRO == 0 {
		return errors.New("flags of reflect.Value")
	}
	return nil
}

func checkMakeFunc() error {
	fn := func([]reflect.Value) []reflect.Value { return nil }
	t := reflect.TypeFor[func(int, *int)]()
	v := reflect.MakeFunc(t, fn)
	m := (*MakeFunc)((*Value)(unsafe.Pointer(&v)).Data)
	if uintptr(v.Pointer()) != m.Stub || m.Type != (*FuncType)(unsafe.Pointer(TypeOf(t))) || m.Fn != *(*unsafe.Pointer)(unsafe.Pointer(&fn)) {
		return errors.New("function values of reflect.MakeFunc")
	}
	return nil
}

func checkChan() error {
	c := make(chan int, 5)
	for range 3 {
		c <- 0
	}
	<-c
	h := *(**Chan)(unsafe.Pointer(&c))
	if h.Len != 2 || h.Cap != 5 || h.SendX != 3 || h.RecvX != 1 || h.Recv != (WaitQueue{}) || h.Send != (WaitQueue{}) {
		return errors.New("channel")
	}
	return nil
}
