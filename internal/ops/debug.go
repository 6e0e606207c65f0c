package ops

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/pprof"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

//go:embed templates
var files embed.FS

var pages = template.Must(template.ParseFS(files, "templates/*.html"))

// policy lets pages have their style sheet and nothing else.
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// scrapes bounds the scrapes that are answered at one time.
const scrapes = 4

// Handler answers operators: /metrics, /debug/runs and /debug/pprof/. allow
// tells whether a request's Host is one by which operators reach it.
func (r *Recorder) Handler(allow func(host string) bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r.metrics.registry, promhttp.HandlerOpts{
		EnableOpenMetrics: true, MaxRequestsInFlight: scrapes,
	}))
	mux.HandleFunc("GET /{$}", r.index)
	mux.HandleFunc("GET /debug/runs", r.list)
	mux.HandleFunc("GET /debug/runs/{trace}", r.one)
	mux.HandleFunc("GET /debug/style.css", style)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if why := foreign(q, allow); why != "" {
			http.Error(w, "forbidden: "+why, http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, q)
	})
}

// foreign tells why a request is not an operator's, or "". A page of another
// site can have a browser ask for a profile, though not read it.
func foreign(q *http.Request, allow func(host string) bool) string {
	if !allow(q.Host) {
		return fmt.Sprintf("the admin listener does not know the host %q; name it with --admin-hosts", q.Host)
	}
	if site := q.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return "the request comes from a page of another site"
	}
	return ""
}

func (r *Recorder) index(w http.ResponseWriter, _ *http.Request) { render(w, "index.html", nil) }

func style(w http.ResponseWriter, _ *http.Request) {
	b, _ := files.ReadFile("templates/style.css") // it is embedded
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(b)
}

// list answers with the runs that are known, as a page or as JSON.
func (r *Recorder) list(w http.ResponseWriter, q *http.Request) {
	list := []runView{}
	for _, x := range r.runs() {
		list = append(list, viewOf(x))
	}
	answer(w, q, "runs.html", list)
}

// one answers with the course of one run.
func (r *Recorder) one(w http.ResponseWriter, q *http.Request) {
	x := r.find(q.PathValue("trace"))
	if x == nil {
		http.Error(w, "no run of this trace id is known any more; the log may have it", http.StatusNotFound)
		return
	}
	answer(w, q, "run.html", viewOf(x))
}

func answer(w http.ResponseWriter, q *http.Request, page string, v any) {
	if q.URL.Query().Get("format") != "json" {
		render(w, page, v)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // the client went
}

func render(w http.ResponseWriter, page string, v any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, page, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// runView is a run as it is shown.
type runView struct {
	Trace  string     `json:"trace"`
	ID     string     `json:"id"`
	Task   string     `json:"task"`
	Node   string     `json:"node,omitempty"` // of several machines, the one that ran it
	Status string     `json:"status"`
	Begun  time.Time  `json:"begun"`
	Took   float64    `json:"tookMs"`
	CPU    float64    `json:"cpuMs"`
	Memory int64      `json:"memoryBytes"`
	Output int64      `json:"outputBytes"`
	Over   bool       `json:"over"`
	Parts  []partView `json:"parts"`
}

// partView is a stretch of a run. X and Width are in thousandths of the whole.
type partView struct {
	Doing string  `json:"doing"`
	Until Stage   `json:"until,omitempty"`
	From  float64 `json:"fromMs"`
	Took  float64 `json:"tookMs"`
	X     int     `json:"-"`
	Width int     `json:"-"`
}

func viewOf(x *Run) runView {
	parts := x.parts()
	total := parts[len(parts)-1].to
	v := runView{Trace: x.trace, ID: x.info.ID, Task: x.info.Task, Node: x.recorder.node, Status: x.status(), Begun: x.begun, Took: milliseconds(total)}
	for _, p := range parts {
		v.Parts = append(v.Parts, partView{
			Doing: p.doing, Until: p.until, From: milliseconds(p.from), Took: milliseconds(p.to - p.from),
			X: thousandths(p.from, total), Width: max(thousandths(p.to-p.from, total), 4), // visible
		})
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	_, v.Over = x.reached(Ended)
	if o := x.outcome; o != nil {
		v.CPU, v.Memory, v.Output = milliseconds(o.CPU), o.Memory, o.Output
	}
	return v
}

func thousandths(d, of time.Duration) int { return int(1000 * d / max(of, 1)) }

func sortNewestFirst(list []*Run) {
	slices.SortFunc(list, func(a, b *Run) int { return b.begun.Compare(a.begun) })
}
