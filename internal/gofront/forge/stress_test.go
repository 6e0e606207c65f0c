//go:build amd64 || arm64

package forge

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

// node is type T struct { text string; next *T; kids []T; any any; m map[string]*T }.
func node(t testing.TB) *Named {
	n := Declare("main", "main", "node")
	define(t, n, structOf(reflect.TypeFor[string](), n.PtrT, reflect.SliceOf(n.T), reflect.TypeFor[any](), reflect.MapOf(reflect.TypeFor[string](), n.PtrT)),
		nil, stringMethod(true, func(v reflect.Value) string { return grow(40, v.Elem().Field(0).String()) }))
	Link()
	return n
}

// grow needs a deep stack, so that the stack moves while a method runs.
func grow(depth int, s string) string {
	var pad [512]byte
	if depth == 0 {
		return s
	}
	pad[depth] = byte(depth)
	s = grow(depth-1, s)
	return s[:len(s)-int(pad[depth]-byte(depth))]
}

// chain builds a linked structure of forged values and returns its head.
func chain(n *Named, length int) reflect.Value {
	head := reflect.Zero(n.PtrT)
	for i := range length {
		p := reflect.New(n.T)
		e := p.Elem()
		e.Field(0).SetString(strings.Repeat("x", i%7) + fmt.Sprint(i))
		e.Field(1).Set(head)
		kid := reflect.New(n.T).Elem()
		kid.Field(0).SetString(fmt.Sprint("kid", i))
		e.Field(2).Set(reflect.Append(e.Field(2), kid))
		e.Field(3).Set(kid)
		m := reflect.MakeMap(e.Field(4).Type())
		m.SetMapIndex(reflect.ValueOf("self"), p)
		e.Field(4).Set(m)
		head = p
	}
	return head
}

func checkChain(head reflect.Value, length int) error {
	for i := length - 1; i >= 0; i-- {
		e := head.Elem()
		want := strings.Repeat("x", i%7) + fmt.Sprint(i)
		kid := fmt.Sprint("kid", i)
		if got := head.Interface().(fmt.Stringer).String(); got != want {
			return fmt.Errorf("element %d is %q, want %q", i, got, want)
		}
		if e.Field(2).Index(0).Field(0).String() != kid || e.Field(3).Elem().Field(0).String() != kid {
			return fmt.Errorf("element %d lost its kid", i)
		}
		if e.Field(4).MapIndex(reflect.ValueOf("self")).Pointer() != head.Pointer() {
			return fmt.Errorf("element %d lost its map", i)
		}
		head = e.Field(1)
	}
	return nil
}

func TestCollectorKeepsForgedValues(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	n := node(t)
	const length = 300
	head := chain(n, length)
	for range 5 {
		runtime.GC()
		chain(n, 50) // garbage of the same size classes
	}
	if err := checkChain(head, length); err != nil {
		t.Error(err)
	}
}

func TestCollectorWhileMethodsRun(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	n := node(t)
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			head := chain(n, 100)
			err := checkChain(head, 100)
			runtime.GC()
			errs <- errors.Join(err, checkChain(head, 100))
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestLargeTypesBuildTheirBitmapOnDemand(t *testing.T) {
	n := Declare("main", "main", "large")
	define(t, n, structOf(reflect.ArrayOf(5000, reflect.TypeFor[*int]()), reflect.TypeFor[string]()), nil)
	v := reflect.New(n.T).Elem()
	for i := range 5000 {
		p := i
		v.Field(0).Index(i).Set(reflect.ValueOf(&p))
	}
	runtime.GC()
	chain(node(t), 100)
	for i := range 5000 {
		if got := v.Field(0).Index(i).Elem().Int(); got != int64(i) {
			t.Fatalf("element %d is %d", i, got)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 20 {
				n := Declare("main", "main", "T")
				if err := n.Define(structOf(reflect.TypeFor[int]()), []Field{{Name: "a", Sealed: true}}, []Method{
					stringMethod(false, func(v reflect.Value) string { return fmt.Sprint(v.Field(0).Int()) }),
				}); err != nil {
					t.Error(err)
				}
				Link()
				v := reflect.New(n.T).Elem()
				Retype(v).Field(0).SetInt(int64(g*100 + i))
				if got, want := fmt.Sprint(v.Interface()), fmt.Sprint(g*100+i); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestExhaustion uses up what a process has, so it runs in a process of its own.
func TestExhaustion(t *testing.T) {
	if os.Getenv("FORGE_EXHAUST") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestExhaustion$")
		cmd.Env = append(os.Environ(), "FORGE_EXHAUST=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	var all []*Named
	for i := 0; ; i++ {
		n := Declare("main", "main", fmt.Sprint("T", i))
		err := n.Define(reflect.TypeFor[int](), nil, []Method{stringMethod(true, func(reflect.Value) string { return fmt.Sprint(i) })})
		if errors.Is(err, errNoSlot) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	Link()
	if len(all) < 8000 || len(chunks) < 2 {
		t.Fatalf("%d types in %d chunks", len(all), len(chunks))
	}
	for i, n := range all {
		if got := fmt.Sprint(reflect.New(n.T).Interface()); got != fmt.Sprint(i) {
			t.Fatalf("type %d prints %s", i, got)
		}
	}
}
