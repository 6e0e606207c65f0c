package shim

import (
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"playground/internal/gofront/vnet"
)

// noSockets is why a program has a network of its own.
const noSockets = "needs a socket; the program has a network without"

// install does what importing the package at path does to package net/http,
// for a program that imports it: http.DefaultTransport dials on the program's
// network.
func (s *Set) install(path string) {
	if strings.HasPrefix(path, "net/http") || path == "expvar" {
		s.network().Install()
	}
	s.debug.register(path)
}

// netRows are the functions and methods of the program's network.
func (s *Set) netRows(path string) []Row {
	if !slices.Contains(vnet.Paths(), path) {
		return nil
	}
	list := rows(path, "", noSockets, s.network().Symbols(path))
	for name, methods := range s.network().Methods(path) {
		list = append(list, rows(path, name, noSockets, methods)...)
	}
	switch path {
	case "crypto/tls":
		list = append(list, Row{path, "", "LoadX509KeyPair", whyFiles, s.keyPair})
	case "net/http":
		list = append(list,
			Row{path, "", "ServeFile", whyFiles, s.serveFile},
			Row{path, "", "FileServer", whyFiles, func(root http.FileSystem) http.Handler { return http.FileServer(s.fileSystem(root)) }},
			Row{path, "", "NewFileTransport", whyFiles, func(root http.FileSystem) http.RoundTripper { return http.NewFileTransport(s.fileSystem(root)) }},
			Row{path, "Dir", "Open", whyFiles, func(d http.Dir, name string) (http.File, error) { return httpDir{s.files, string(d)}.Open(name) }})
	}
	return list
}

// ToInterface returns a function to apply to a value of type t when it is
// converted to an interface type, with the value that the interface shall hold
// as its result; false for types that need none. It sees to it that a
// transport dials on the program's network, and that a *net.TCPConn and its
// like, which are handles here, work in compiled code.
func (s *Set) ToInterface(t reflect.Type) (func(v any) any, bool) {
	switch {
	case t == reflect.TypeFor[*http.Transport]():
		return func(v any) any {
			if t, ok := v.(*http.Transport); ok {
				return s.network().Prepare(t)
			}
			return v
		}, true
	case isHandle(t):
		// Compiled code calls methods that no row turns aside, so it gets another value.
		return s.network().Concrete, true
	}
	return nil, false
}

// FromInterface returns a function to apply to an interface's value before it
// is asserted to be a t, in a type assertion or a type switch: it turns what
// ToInterface put there into the handle again. False for types that need none.
func (s *Set) FromInterface(t reflect.Type) (func(v any) any, bool) {
	if !isHandle(t) {
		return nil, false
	}
	return func(v any) any {
		if h, ok := s.network().Handle(v, t); ok {
			return h
		}
		return v
	}, true
}

// isHandle reports whether t is a type of package net that cannot exist without
// a socket, and is a handle here.
// Their types are structs of the library's: a program may name them, so nothing else
// can take their place.
func isHandle(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[*net.TCPConn](), reflect.TypeFor[*net.UDPConn](), reflect.TypeFor[*net.UnixConn](),
		reflect.TypeFor[*net.TCPListener](), reflect.TypeFor[*net.UnixListener]():
		return true
	}
	return false
}
