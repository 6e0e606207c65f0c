package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
)

// maxResult bounds what the page may post: output is bounded by its limit, and
// JSON makes at most six bytes of one.
func (b *Browser) maxResult() int64 { return 6*b.limits.Output + 1<<20 }

// page runs what it is given. It has the policy of the pages that readers get.
const page = `<!doctype html>
<meta charset="utf-8">
<title>Programs to check</title>
<script type="module" src="static/dev/check.js"></script>
`

func (b *Browser) routes() http.Handler {
	mux := http.NewServeMux()
	root := "/" + b.token + "/"
	mux.HandleFunc("GET "+root+"{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, page)
	})
	mux.HandleFunc("GET "+root+"static/{name...}", b.static)
	mux.HandleFunc("GET "+root+"next", b.next)
	mux.HandleFunc("POST "+root+"done", b.take)
	return mux
}

func (b *Browser) static(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	body, ok := b.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := "text/javascript; charset=utf-8"
	if path.Ext(name) == ".html" {
		kind = "text/html; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(body) // a page that is gone needs nothing
}

// next answers with a program as soon as there is one.
func (b *Browser) next(w http.ResponseWriter, r *http.Request) {
	select {
	case j := <-b.jobs:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(j) // the program is missed by whoever waits for it
	case <-r.Context().Done():
	case <-b.ended:
	}
}

// take hands on what a program did.
func (b *Browser) take(w http.ResponseWriter, r *http.Request) {
	var said result
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, b.maxResult())).Decode(&said); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if answer := b.waiting[said.ID]; answer != nil {
		answer <- said // it has room for one, and is asked no second time
		delete(b.waiting, said.ID)
	}
	w.WriteHeader(http.StatusNoContent)
}
