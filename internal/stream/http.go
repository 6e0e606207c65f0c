package stream

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"playground/internal/protocol"
)

// SessionHeader carries a session's token in requests and answers of the HTTP
// twin.
const SessionHeader = "Playground-Session"

// API returns the handler of the websocket's twin over plain HTTP, for the
// paths below /api/:
//
//	POST   /api/run                starts a run and answers with its messages
//	GET    /api/runs/{id}?after=N  answers with those after number N
//	DELETE /api/runs/{id}          ends the run
//	POST   /api/runs/{id}/stdin    gives it standard input; ?close=1 ends that;
//	                               ?writer=W&part=N say which part of whose it is
//	POST   /api/share              keeps a program, or a run, under an address
//
// Messages are newline-delimited JSON, each sent as it comes. Pages of allowed
// origins may read them.
func (s *Server) API() http.Handler {
	mux := http.NewServeMux()
	for pattern, handler := range s.routes() {
		mux.HandleFunc(pattern, handler)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answerPreflight(w, r) {
			return
		}
		err := s.origin.checkAPI(r)
		s.origin.share(w, r, err != nil)
		if err != nil {
			s.forbidden(r, err)
			refuse(w, protocol.NewError("", protocol.CodeForbidden, "forbidden: "+err.Error()))
			return
		}
		s.throttle.Wait(r.Context(), s.cfg.Client(r), 1)
		if none, pattern := mux.Handler(r); pattern == "" {
			s.apiNone(w, r, none)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Server) routes() map[string]http.HandlerFunc {
	all := map[string]http.HandlerFunc{
		"POST /api/run":             s.unlessCutOff(s.apiRun),
		"GET /api/runs/{id}":        s.unlessCutOff(s.apiRead),
		"DELETE /api/runs/{id}":     s.apiKill,
		"POST /api/runs/{id}/stdin": s.apiInput,
	}
	if s.cfg.Shares != nil {
		all["POST /api/share"] = s.apiShare
	}
	return all
}

// unlessCutOff keeps clients from beginning to follow a run here while others serve them
// better. It answers as a proxy would, so that they try again: what is an error to the
// API is the run's last word.
func (s *Server) unlessCutOff(follow http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.cfg.CutOff() {
			http.Error(w, errCutOff.Error(), http.StatusServiceUnavailable)
			return
		}
		follow(w, r)
	}
}

// apiNone answers what no route takes, in JSON as all of the API. What the mux
// would have answered tells whether another method is taken.
func (s *Server) apiNone(w http.ResponseWriter, r *http.Request, mux http.Handler) {
	a := statusTap{header: http.Header{}}
	mux.ServeHTTP(&a, r)
	if allow := a.header.Get("Allow"); a.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow)
		refuseAs(w, a.status, protocol.NewError("", protocol.CodeBadRequest,
			fmt.Sprintf("%s is not for %s; use %s", r.URL.Path, r.Method, allow)))
		return
	}
	refuse(w, protocol.NewError("", protocol.CodeNotFound,
		fmt.Sprintf("there is no %s %s; see docs/protocol.md", r.Method, r.URL.Path)))
}

// statusTap is a ResponseWriter that keeps the head of an answer.
type statusTap struct {
	header http.Header
	status int
}

func (t *statusTap) Header() http.Header         { return t.header }
func (t *statusTap) Write(b []byte) (int, error) { return len(b), nil }
func (t *statusTap) WriteHeader(status int)      { t.status = status }

// apiRun starts a run. When the client goes the run is ended, unless it said
// that it may come back.
func (s *Server) apiRun(w http.ResponseWriter, r *http.Request) {
	if e := checkJSON(r); e != nil {
		refuse(w, e)
		return
	}
	token, e := sessionOf(r, true)
	if e != nil {
		refuse(w, e)
		return
	}
	var q protocol.Request
	e = s.apiBody(w, r, func(body []byte) (e *protocol.Error) {
		q, e = protocol.DecodeRun(body)
		return e
	})
	if e != nil {
		refuse(w, e)
		return
	}
	run, e := s.cfg.Book.Start(s.cfg.Client(r), token, q)
	if e != nil {
		refuse(w, e)
		return
	}
	w.Header().Set(SessionHeader, token)
	if !s.follow(w, r, q.ID, run, 0) && r.URL.Query().Get("resume") == "" {
		run.Abandon()
	}
}

// checkJSON holds a body's type: a page of another origin can send any other
// without asking first.
func checkJSON(r *http.Request) *protocol.Error {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return protocol.NewError("", protocol.CodeBadRequest, "Content-Type must be application/json")
	}
	return nil
}

func (s *Server) apiRead(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.ParseInt("0"+r.URL.Query().Get("after"), 10, 64)
	if err != nil {
		refuse(w, protocol.NewError("", protocol.CodeBadRequest, `"after" is not a number`))
		return
	}
	if run := s.apiFind(w, r, after); run != nil {
		s.follow(w, r, r.PathValue("id"), run, after)
	}
}

func (s *Server) apiKill(w http.ResponseWriter, r *http.Request) {
	if run := s.apiFind(w, r, 0); run != nil {
		run.Kill()
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) apiInput(w http.ResponseWriter, r *http.Request) {
	run := s.apiFind(w, r, 0)
	if run == nil {
		return
	}
	e := s.apiBody(w, r, func(body []byte) *protocol.Error {
		return input(run, r.PathValue("id"), string(body), r.URL.Query())
	})
	if e != nil {
		refuse(w, e)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// input gives a run what a request says of its standard input. Where one request
// both goes on with it and ends it, the end is the next part.
func input(run Run, id, body string, query url.Values) *protocol.Error {
	q := protocol.Request{ID: id, Body: body, Writer: query.Get("writer")}
	var err error
	if q.Part, err = strconv.ParseInt("0"+query.Get("part"), 10, 64); err != nil {
		return protocol.NewError(id, protocol.CodeBadRequest, `"part" is not a number`)
	}
	if e := q.CheckPart(); e != nil {
		return e
	}
	if body != "" {
		if e := run.Input(q); e != nil {
			return e
		}
		if q.Part > 0 {
			q.Part++
		}
	}
	if query.Get("close") == "" {
		return nil
	}
	return run.CloseInput(q)
}

// apiFind returns the run that the address names, of which the client has the messages
// up to a number, or answers why not.
func (s *Server) apiFind(w http.ResponseWriter, r *http.Request, after int64) Run {
	token, e := sessionOf(r, false)
	if e == nil {
		e = protocol.CheckID(r.PathValue("id"))
	}
	var run Run
	if e == nil {
		run, e = s.cfg.Book.Find(token, r.PathValue("id"), after)
	}
	if e != nil {
		refuse(w, e)
		return nil
	}
	return run
}

// sessionOf is the token that a request carries, or a new one.
func sessionOf(r *http.Request, orNew bool) (string, *protocol.Error) {
	token := r.Header.Get(SessionHeader)
	if token == "" && orNew {
		return protocol.NewToken(), nil
	}
	if e := protocol.CheckToken(token); e != nil {
		e.Message = SessionHeader + ": " + e.Message
		return "", e
	}
	return token, nil
}

// apiBody reads a request's body and has it used when its turn has come. Until
// then it holds its room, as websockets' messages do.
func (s *Server) apiBody(w http.ResponseWriter, r *http.Request, use func(body []byte) *protocol.Error) *protocol.Error {
	in, client := http.NewResponseController(w), s.cfg.Client(r)
	_ = in.SetReadDeadline(time.Now().Add(s.cfg.MessageTimeout))
	// MaxBytesReader ends the connection of a client that sends more.
	body, held, err := s.room.read(client, http.MaxBytesReader(w, r.Body, s.cfg.MaxMessage), s.cfg.MaxMessage)
	defer s.room.give(client, held)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return protocol.NewError("", protocol.CodeSourceTooLarge, fmt.Sprintf("the request is longer than %d bytes", s.cfg.MaxMessage))
	case errors.Is(err, errNoRoom):
		return protocol.NewError("", protocol.CodeBusy, err.Error())
	case err != nil:
		return protocol.NewError("", protocol.CodeMalformed, "the request was not complete")
	}
	_ = in.SetReadDeadline(time.Time{})
	s.weigh(r.Context(), client, len(body))
	return use(body)
}

// follow sends what the run says after the message of that number, each message
// as it comes. It reports whether it came to the last one.
func (s *Server) follow(w http.ResponseWriter, r *http.Request, id string, run Run, after int64) bool {
	wake := make(chan struct{}, 1)
	l, e := run.Listen(after, wake)
	if e != nil {
		refuse(w, e)
		return true
	}
	defer l.Close()
	var buf bytes.Buffer
	var pace pacer
	behind := backlog{server: s, client: s.cfg.Client(r)}
	out := &lines{w: w, control: http.NewResponseController(w), timeout: s.cfg.WriteTimeout, first: s.firstBeat()}
	_ = out.control.SetWriteDeadline(time.Time{})
	if r.Method != http.MethodPost {
		// There may be nothing to send for long, and the client wants to know
		// that it has its answer. The answer to a POST may be a refusal.
		_ = out.begin()
	}
	if r.Method == http.MethodHead {
		return true
	}
	pulse := s.newPulse()
	defer pulse.stop()
	handOver := s.handedOver()
	for {
		stopping := s.stopping.Err() != nil // before the look at what there is
		entry, ok := l.Take()
		switch {
		case !ok && stopping:
			return true // the client comes back, to another server
		case !ok:
			select {
			case <-wake:
			case <-pulse.due:
				if line := pulse.take(); line != nil && out.begun && out.write(line) != nil {
					return false
				}
			case <-handOver:
				if isElsewhere(l) {
					return true // the same
				}
				handOver = s.handedOver()
			case <-s.stopping.Done():
			case <-r.Context().Done():
				return false
			}
			continue
		}
		if entry.Last && !out.begun {
			if e, ok := protocol.DecodeError(entry.Line); ok {
				refuse(w, e)
				return true
			}
		}
		buf.Reset()
		entry.AppendTo(&buf, id)
		if err := out.write(buf.Bytes()); err != nil {
			return false
		}
		pulse.spoke = true
		if entry.Last {
			return true
		}
		behind.sent(r.Context(), entry, buf.Len())
		if entry.Growing() {
			pace.wait(r.Context())
		}
	}
}

// lines is an answer of messages, one a line.
type lines struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	first   []byte // if anything is said
	begun   bool
}

// begin sends the head of the answer.
func (l *lines) begin() error {
	l.begun = true
	begin(l.w)
	return l.send(l.first)
}

// write sends a message.
func (l *lines) write(line []byte) error {
	if !l.begun {
		if err := l.begin(); err != nil {
			return err
		}
	}
	return l.send(line)
}

func (l *lines) send(line []byte) error {
	_ = l.control.SetWriteDeadline(time.Now().Add(l.timeout))
	if _, err := l.w.Write(line); err != nil {
		return err
	}
	if err := l.control.Flush(); err != nil {
		return err
	}
	_ = l.control.SetWriteDeadline(time.Time{})
	return nil
}

// begin sets the headers of a stream of messages.
func begin(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/x-ndjson; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold lines back
}

// refuse answers with e.
func refuse(w http.ResponseWriter, e *protocol.Error) {
	refuseAs(w, refusal(w.Header(), e), e)
}

// refuseAs sends e under a status.
func refuseAs(w http.ResponseWriter, status int, e *protocol.Error) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(protocol.Encode(e))
}

// refusal returns the HTTP status of e, and says when to try again.
func refusal(h http.Header, e *protocol.Error) int {
	if e.RetryAfterMs > 0 {
		seconds := (e.RetryAfterMs + 999) / 1000
		h.Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	switch e.Code {
	case protocol.CodeForbidden:
		return http.StatusForbidden
	case protocol.CodeUnknownRun, protocol.CodeNotFound:
		return http.StatusNotFound
	case protocol.CodeConflict, protocol.CodeInput:
		return http.StatusConflict
	case protocol.CodeGone:
		return http.StatusGone
	case protocol.CodeSourceTooLarge, protocol.CodeStdinTooLarge, protocol.CodeShareTooLarge:
		return http.StatusRequestEntityTooLarge
	case protocol.CodeTooManyRuns, protocol.CodeRateLimited:
		return http.StatusTooManyRequests
	case protocol.CodeBusy, protocol.CodeUnavailable, protocol.CodeShuttingDown:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// checkAPI is check for a request that need not come from a page: a browser
// sends an Origin with all that could do harm. Where it says itself that the
// page is of the same origin, which no page can make it say, that counts: a
// proxy may have put another name into Host.
func (p originPolicy) checkAPI(r *http.Request) error {
	site := r.Header.Get("Sec-Fetch-Site")
	if site == "same-origin" {
		return p.checkHost(r)
	}
	if r.Header.Get("Origin") != "" {
		return p.check(r)
	}
	if site != "" && site != "none" {
		return fmt.Errorf("request comes from a page of another site (Sec-Fetch-Site: %s)", strings.ToLower(site))
	}
	return p.checkHost(r)
}
