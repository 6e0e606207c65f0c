package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"playground/internal/protocol"
	"playground/internal/share"
)

// Shares keeps what clients share; a share.Shelf does.
type Shares interface {
	Save(ctx context.Context, client string, i share.Item) (id string, err error)
}

// shareRequest is what the body of a request to share has beside a run's.
type shareRequest struct {
	ID string `json:"id"`
	share.Place
}

// apiShare keeps a program, or a run of the session, and answers with its id. What
// the run said is taken from its journal: a client can share only what its program
// did, and not what it says that it did.
func (s *Server) apiShare(w http.ResponseWriter, r *http.Request) {
	id, e := s.share(w, r)
	if e != nil {
		refuse(w, e)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(protocol.Encode(struct {
		ID string `json:"id"`
	}{id}))
}

func (s *Server) share(w http.ResponseWriter, r *http.Request) (string, *protocol.Error) {
	if e := checkJSON(r); e != nil {
		return "", e
	}
	var q protocol.Request
	var also shareRequest
	e := s.apiBody(w, r, func(body []byte) (e *protocol.Error) {
		q, also, e = decodeShare(body)
		return e
	})
	if e != nil {
		return "", e
	}
	if _, e := q.Program(s.cfg.Book.Maxima()); e != nil {
		return "", e
	}
	if err := also.Place.Check(); err != nil {
		return "", protocol.NewError("", protocol.CodeBadRequest, err.Error())
	}
	item := share.Item{Place: also.Place, Source: *q.Source, Stdin: q.Stdin, Args: q.Args, Go: s.cfg.Go}
	if also.ID != "" {
		if item.Messages, e = s.heard(r, q); e != nil {
			return "", e
		}
	}
	id, err := s.cfg.Shares.Save(r.Context(), s.cfg.Client(r), item)
	if err != nil {
		return "", s.notShared(err)
	}
	return id, nil
}

func decodeShare(body []byte) (q protocol.Request, also shareRequest, e *protocol.Error) {
	if q, e = protocol.DecodeRun(body); e != nil {
		return q, also, e
	}
	if err := json.Unmarshal(body, &also); err != nil {
		e = protocol.NewError("", protocol.CodeMalformed, `"article" and "block" must be strings`)
	}
	return q, also, e
}

// heard is what an ended run of the request's session said.
func (s *Server) heard(r *http.Request, q protocol.Request) ([]json.RawMessage, *protocol.Error) {
	token, e := sessionOf(r, false)
	if e != nil {
		return nil, e
	}
	run, e := s.cfg.Book.Find(token, q.ID, 0)
	if e == nil {
		e = run.SameAs(q)
	}
	if e != nil {
		return nil, e
	}
	l, e := run.Listen(0, make(chan struct{}, 1))
	if e != nil {
		return nil, e
	}
	defer l.Close()
	var all []json.RawMessage
	for {
		entry, ok := l.Take()
		if !ok {
			return nil, protocol.NewError(q.ID, protocol.CodeConflict, "the program still runs: share its run when it has ended")
		}
		if entry.Seq > 0 {
			var line bytes.Buffer
			entry.AppendTo(&line, share.RunID)
			all = append(all, renamed(line.Bytes()))
		}
		if entry.Last {
			return all, nil
		}
	}
}

// renamed is a message with the id of every shared run.
func renamed(line []byte) json.RawMessage {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return bytes.TrimSpace(line) // the server's own, and JSON
	}
	fields["id"] = json.RawMessage(`"` + share.RunID + `"`)
	var out bytes.Buffer
	protocol.EncodeTo(&out, fields)
	return bytes.TrimSpace(out.Bytes())
}

func (s *Server) notShared(err error) *protocol.Error {
	var large *share.TooLargeError
	var often *share.RateError
	switch {
	case errors.As(err, &large):
		return protocol.NewError("", protocol.CodeShareTooLarge, large.Error())
	case errors.As(err, &often):
		e := protocol.NewError("", protocol.CodeRateLimited, often.Error())
		e.RetryAfterMs = max(often.After.Milliseconds(), 1)
		return e
	case errors.Is(err, share.ErrFull):
		return protocol.NewError("", protocol.CodeBusy, share.ErrFull.Error())
	}
	s.cfg.Logger.Error("share", "err", err)
	return protocol.NewError("", protocol.CodeUnavailable, "what you share could not be kept; try again later")
}
