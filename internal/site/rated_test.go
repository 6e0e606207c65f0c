package site

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"playground/internal/pages"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/web"
)

// askedBy sends n requests for a path from an address, one after the other, and
// returns how long they took: in a bubble of its own time, what they waited.
func askedBy(h http.Handler, address, path string, n int) time.Duration {
	began := time.Now()
	for range n {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = address
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	return time.Since(began)
}

// Two hundred readers behind one address who open the page at once wait for
// nothing, however many files it has.
func TestALectureHallIsNotRated(t *testing.T) {
	files := 0
	err := fs.WalkDir(web.Static(), ".", func(_ string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			files++
		}
		return err
	})
	if err != nil || files < 20 {
		t.Fatalf("%d files, %v", files, err)
	}
	bundleFirst(t)
	synctest.Test(t, func(t *testing.T) {
		h := ratedSite(t)
		if waited := askedBy(h, "192.0.2.1:1", "/", 200*(1+files)); waited > 0 {
			t.Errorf("they waited %v", waited)
		}
	})
}

// One address that asks without end is held to its rate, whether there is such a
// page or not. Nobody else is, nor who asks for the server's health.
func TestRequestsAreRated(t *testing.T) {
	bundleFirst(t)
	synctest.Test(t, func(t *testing.T) {
		h := ratedSite(t)
		paths := []string{"/", "/none", "/static/none", "/api/none", "/ws"}
		waited := time.Duration(0)
		for i := range requestsAtOnce + requestsPerSecond {
			waited += askedBy(h, "192.0.2.1:1", paths[i%len(paths)], 1)
		}
		if waited != time.Second {
			t.Errorf("a second's requests beyond the burst waited %v", waited)
		}
		for _, path := range paths {
			if waited := askedBy(h, "192.0.2.1:1", path, 1); waited == 0 {
				t.Errorf("%s is answered at once", path)
			}
			if waited := askedBy(h, "192.0.2.2:1", path, 100); waited > 0 {
				t.Errorf("%s: another client waited %v", path, waited)
			}
		}
		for _, free := range []string{"/healthz", "/readyz"} {
			if waited := askedBy(h, "192.0.2.1:1", free, 1000); waited > 0 {
				t.Errorf("%s waited %v", free, waited)
			}
		}
	})
}

// A long head takes as long to read as several short ones.
func TestLongRequestsCountAsSeveral(t *testing.T) {
	bundleFirst(t)
	synctest.Test(t, func(t *testing.T) {
		h := ratedSite(t)
		began := time.Now()
		for i := range requestsAtOnce/8 + requestsPerSecond/8 {
			r := httptest.NewRequest(http.MethodGet, "/none", nil)
			r.RemoteAddr = "192.0.2.1:1"
			r.Header.Set("Cookie", strings.Repeat("a", 7*headSize))
			if i%2 == 0 {
				r = httptest.NewRequest(http.MethodGet, "/none?"+strings.Repeat("a", 7*headSize), nil)
				r.RemoteAddr = "192.0.2.1:1"
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("a second's requests of eight times the length beyond the burst waited %v", waited)
		}
	})
}

// Addresses without number have a rate together.
func TestRequestsOfAllAreRated(t *testing.T) {
	bundleFirst(t)
	synctest.Test(t, func(t *testing.T) {
		h, waited := ratedSite(t), time.Duration(0)
		for i := range allAtOnce + allPerSecond {
			waited += askedBy(h, fmt.Sprintf("[2001:db8:0:%x::1]:1", i), "/none", 1)
		}
		if waited != time.Second {
			t.Errorf("they waited %v, want 1s", waited)
		}
	})
}

// bundleFirst makes the bundles outside of a bubble: the bundler cleans up a
// little later, on the bubble's time.
func bundleFirst(t *testing.T) {
	t.Helper()
	builder(t, pages.Config{})
}

func ratedSite(t *testing.T) http.Handler {
	t.Helper()
	s, err := New(bareSite(Config{}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
