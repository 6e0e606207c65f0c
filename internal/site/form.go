package site

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"playground/internal/render"
)

// maxForm bounds the body of a form in bytes: it names a block.
const maxForm = 4 << 10

// formTimeout bounds the time in which it must have arrived.
const formTimeout = 10 * time.Second

// answer is what a program said, for a page without scripts.
type answer struct {
	Findings []finding
	Lines    []outputLine
	Reason   string
}

// finding is one of the compiler's.
type finding struct {
	Severity, Place, Message string
}

// outputLine is a line, or what there is of it, of one stream.
type outputLine struct {
	Stream, Text string
}

// run answers the form of a block, which browsers without JavaScript show: it
// runs the author's program and sends the article with what that printed.
func (s *Site) run(c echo.Context) error {
	r := c.Request()
	// A form of any other site could be sent here in a reader's name.
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		return echo.NewHTTPError(http.StatusForbidden).SetInternal(err)
	}
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(formTimeout))
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxForm)
	p := s.current.Load()
	post := p.articles.At(strings.TrimPrefix(r.URL.Path, "/"))
	if post == nil {
		return echo.ErrNotFound
	}
	block := post.Block(r.PostFormValue("run"))
	if block == nil || block.Script != nil {
		return echo.NewHTTPError(http.StatusBadRequest)
	}
	a, err := s.ask(r, block)
	if err != nil {
		return err
	}
	said, err := p.pages.Part("answer.html", a)
	if err != nil {
		return err
	}
	page, err := p.pages.Post(p.articles, post, post.Answered(block, template.HTML(said)))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTMLBlob(http.StatusOK, page)
}

// ask runs a block's program by the API, in the client's name, so that whatever
// holds for others holds for a form: limits, turns, rates, hosts.
func (s *Site) ask(r *http.Request, b *render.Block) (answer, error) {
	body, err := json.Marshal(struct {
		Source string `json:"source"`
		render.Asked
	}{b.Source, b.Asked()})
	if err != nil {
		return answer{}, err
	}
	q, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "/api/run", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	q.Host, q.RemoteAddr, q.TLS = r.Host, r.RemoteAddr, r.TLS
	q.Header.Set("Content-Type", "application/json")
	for _, by := range []string{"X-Forwarded-For", "X-Forwarded-Host"} { // who it is, behind a proxy
		q.Header[by] = r.Header.Values(by)
	}
	w := collector{header: http.Header{}}
	s.api.ServeHTTP(&w, q)
	return read(&w.body), nil
}

// collector is a ResponseWriter that keeps the messages of a run, which are
// bounded by its limits.
type collector struct {
	header http.Header
	body   bytes.Buffer
}

func (c *collector) Header() http.Header         { return c.header }
func (c *collector) Write(b []byte) (int, error) { return c.body.Write(b) }
func (c *collector) WriteHeader(int)             {}
func (c *collector) Flush()                      {}

// message is what a page without scripts shows of the API's.
type message struct {
	Type, Body, Severity, Message, File, Reason string
	Line, Column                                int
}

// read makes an answer of a run's messages.
func read(messages *bytes.Buffer) answer {
	var a answer
	lines := bufio.NewScanner(messages)
	lines.Buffer(nil, messages.Len()+1)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			continue // it is the server's own, and JSON
		}
		switch m.Type {
		case "stdout", "stderr":
			a.print(m.Type, m.Body)
		case "diagnostic":
			place := ""
			if m.Line > 0 {
				place = fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
			}
			a.Findings = append(a.Findings, finding{m.Severity, place, visible(m.Message)})
		case "end":
			a.Reason = m.Reason
		case "error":
			a.Reason = m.Message
		}
	}
	return a
}

// print adds a piece of output. A line that its stream did not end goes on with
// the stream's next piece, unless the other printed between.
func (a *answer) print(stream, body string) {
	for line := range strings.Lines(body) {
		if n := len(a.Lines); n > 0 && a.Lines[n-1].Stream == stream && !strings.HasSuffix(a.Lines[n-1].Text, "\n") {
			a.Lines[n-1].Text += visible(line)
			continue
		}
		a.Lines = append(a.Lines, outputLine{stream, visible(line)})
	}
}

// visible shows what cannot be seen, or would turn text around, by its number.
func visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "⟨%U⟩", r)
		}
	}
	return b.String()
}
