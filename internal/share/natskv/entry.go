package natskv

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"playground/internal/share"
)

// entry is what a subject has; its seq is 0 if that is nothing.
type entry struct {
	seq   uint64
	until int64 // seconds since 1970
	body  []byte
}

// kept reports whether there is an entry, and its time is not over.
func (e entry) kept() bool { return e.until > time.Now().Unix() }

func newEntry(seq uint64, header nats.Header, body []byte) (entry, error) {
	until, err := strconv.ParseInt(header.Get(untilHeader), 10, 64)
	if err != nil {
		return entry{}, fmt.Errorf("an entry of the stream does not say until when it is kept: %w", err)
	}
	return entry{seq, until, body}, nil
}

// leaders is the entry that the stream's leader has: the last that was written.
// The library would ask any copy, as a stream that lets it is asked.
func (s *Store) leaders(ctx context.Context, id string) (entry, error) {
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Seq    uint64 `json:"seq"`
			Header []byte `json:"hdrs"`
			Data   []byte `json:"data"`
		} `json:"message"`
	}
	query := []byte(`{"last_by_subj":"` + s.prefix + id + `"}`) // a token needs no escapes
	got, err := s.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+s.stream, query)
	if err != nil {
		return entry{}, err
	}
	if err := json.Unmarshal(got.Data, &answer); err != nil {
		return entry{}, fmt.Errorf("decode JetStream's answer: %w", err)
	}
	if e := answer.Error; e != nil {
		switch e.ErrorCode {
		case jetstream.JSErrCodeMessageNotFound:
			return entry{}, nil
		case jetstream.JSErrCodeStreamNotFound:
			return entry{}, jetstream.ErrStreamNotFound
		}
		return entry{}, e
	}
	header, err := nats.DecodeHeadersMsg(answer.Message.Header)
	if err != nil {
		return entry{}, fmt.Errorf("decode an entry's header: %w", err)
	}
	return newEntry(answer.Message.Seq, header, answer.Message.Data)
}

// anyones is the entry that some copy of the stream has, maybe of a moment ago.
func (s *Store) anyones(ctx context.Context, id string) (entry, error) {
	ctx, cancel := context.WithTimeout(ctx, onceFor/2)
	defer cancel()
	got, err := s.conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+s.stream+"."+s.prefix+id, nil)
	if err != nil {
		return entry{}, err
	}
	if status := got.Header.Get("Status"); status != "" {
		return entry{}, fmt.Errorf("no copy of it: status %s", status)
	}
	seq, err := strconv.ParseUint(got.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return entry{}, fmt.Errorf("decode an entry's sequence number: %w", err)
	}
	return newEntry(seq, got.Header, got.Data)
}

// errTryAgain asks for another try at once.
var errTryAgain = errors.New("the stream was just made")

// patiently tries until it has an answer that another try would not change, at most
// for the Store's patience.
func (s *Store) patiently(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, onceFor)
		err := try(once)
		done()
		if err == nil || final(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the cluster's store gave no answer: %w", err)
		case <-time.After(pause):
		}
	}
}

// final reports whether an error stays: everything else is a leader that is not
// there, another who wrote first, a node that went away.
func final(err error) bool {
	return errors.Is(err, share.ErrFull) || errors.Is(err, share.ErrNotFound) || errors.Is(err, nats.ErrConnectionClosed)
}
