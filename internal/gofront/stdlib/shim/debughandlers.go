package shim

import (
	"expvar"
	"net/http"
	"net/http/pprof"
	"sync"
)

// debugHandlers registers each package's handlers at most once, as its
// initialisation would.
type debugHandlers struct{ expvar, pprof func() }

func newDebugHandlers() debugHandlers {
	return debugHandlers{
		expvar: sync.OnceFunc(func() { http.Handle("GET /debug/vars", expvar.Handler()) }),
		pprof: sync.OnceFunc(func() {
			http.HandleFunc("GET /debug/pprof/", pprof.Index)
			http.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
			http.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
			http.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
			http.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
		}),
	}
}

// register does what importing the package at path does to the default mux, for
// a program that imports it: Install has given the program an empty one.
func (d debugHandlers) register(path string) {
	switch path {
	case "expvar":
		d.expvar()
	case "net/http/pprof":
		d.pprof()
	}
}
