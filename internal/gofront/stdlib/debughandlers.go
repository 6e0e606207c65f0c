package stdlib

import (
	"expvar"
	"net/http"
	"net/http/pprof"
	"sync"
)

// debugRegistry registers each package's handlers at most once, as its
// initialisation would.
type debugRegistry struct{ expvar, pprof func() }

var debugHandlers = sync.OnceValue(func() debugRegistry {
	return debugRegistry{
		expvar: sync.OnceFunc(func() { http.Handle("GET /debug/vars", expvar.Handler()) }),
		pprof: sync.OnceFunc(func() {
			http.HandleFunc("GET /debug/pprof/", pprof.Index)
			http.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
			http.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
			http.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
			http.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
		}),
	}
})
