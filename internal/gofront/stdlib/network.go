package stdlib

import (
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"playground/internal/gofront/stdlib/table"
	"playground/internal/gofront/vnet"
)

// network is the program's network. A process has one, as it has one
// http.DefaultTransport: a worker runs one program.
var network = sync.OnceValue(vnet.New)

// Symbols returns the run-time symbols of the package at path by name: the
// value of a function, the addressable value of a variable, a nil *T for a
// type T. The map is new and the caller's. It is nil when path is no package
// that a program, or a twin, may import. There are no constants (the front end
// folds them) and no generics (they have twins).
//
// Functions that would need a socket are those of the program's own network.
// Asking for a package of net/http's family points http.DefaultTransport there.
func Symbols(path string) map[string]reflect.Value {
	symbols := table.Of(path)
	if symbols == nil {
		return nil
	}
	if strings.HasPrefix(path, "net/http") || path == "expvar" {
		network().Install()
	}
	for name, fn := range network().Symbols(path) {
		symbols[name] = reflect.ValueOf(fn)
	}
	registerDebugHandlers(path)
	return symbols
}

// registerDebugHandlers does what importing a package does to the default mux,
// for a program that imports it: Install has given the program an empty one.
func registerDebugHandlers(path string) {
	switch path {
	case "expvar":
		debugHandlers().expvar()
	case "net/http/pprof":
		debugHandlers().pprof()
	}
}

// MethodHook returns the function that a call of a method of recv, a type of
// the standard library or a pointer to one, must be instead, and so must a
// method value or expression. Its first parameter is the receiver, a pointer.
func MethodHook(recv reflect.Type, method string) (reflect.Value, bool) {
	t := named(recv)
	if t.PkgPath() == "" {
		return reflect.Value{}, false
	}
	return network().Hook(t.PkgPath(), t.Name(), method)
}

// InterfaceHook returns a function to apply to a value of type t when it is
// converted to an interface type, with the value that the interface shall hold
// as its result; false for types that need none. It sees to it that a
// transport dials on the program's network, and that a *net.TCPConn and its
// like, which are stand-ins here, work in compiled code.
func InterfaceHook(t reflect.Type) (func(v any) any, bool) {
	switch {
	case t == reflect.TypeFor[*http.Transport]():
		return func(v any) any {
			if t, ok := v.(*http.Transport); ok {
				return network().Prepare(t)
			}
			return v
		}, true
	case standIn(t):
		return network().Concrete, true
	}
	return nil, false
}

// AssertHook returns a function to apply to an interface's value before it is
// asserted to be a t, in a type assertion or a type switch: it turns what
// InterfaceHook put there into the stand-in again. False for types that need
// none.
func AssertHook(t reflect.Type) (func(v any) any, bool) {
	if !standIn(t) {
		return nil, false
	}
	return func(v any) any {
		if h, ok := network().Handle(v, t); ok {
			return h
		}
		return v
	}, true
}

// standIn reports whether t is a type of package net that cannot exist without
// a socket, and is a handle here.
func standIn(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[*net.TCPConn](), reflect.TypeFor[*net.UDPConn](), reflect.TypeFor[*net.UnixConn](),
		reflect.TypeFor[*net.TCPListener](), reflect.TypeFor[*net.UnixListener]():
		return true
	}
	return false
}

func named(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		return t.Elem()
	}
	return t
}
