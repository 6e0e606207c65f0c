package runs

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"playground/internal/journal"
	"playground/internal/sandbox/wire"
)

// Archive keeps what ended runs said where it outlives this process: a share.Store.
type Archive interface {
	// Put keeps a body under an id until a time.
	Put(ctx context.Context, id string, body []byte, until time.Time) error
	// Get returns a body, or an error if there is none.
	Get(ctx context.Context, id string) ([]byte, error)
}

const (
	// archiveFor is how long the archive may take for a run, and recallFor for a
	// reader who waits.
	archiveFor = 2 * time.Second
	recallFor  = 500 * time.Millisecond
	// archiveRests is how long an archive that failed is left alone.
	archiveRests = 5 * time.Second
	// mostRecord bounds a record when it is read, in bytes: more than any journal is.
	mostRecord = 16 << 20
)

// archive is a Book's Archive; without one it keeps nothing.
type archive struct {
	Archive
	keep   time.Duration
	resume atomic.Int64 // when it is tried again after a failure, in Unix nanoseconds
}

// record is an ended run as the archive has it.
type record struct {
	Trace   string          `json:"trace"`
	Print   []byte          `json:"print"`
	Entries []journal.Entry `json:"entries"`
}

// put keeps a run that has ended. What a page asks for beside its reader's programs
// is not worth it.
func (a *archive) put(r *Run, task wire.Task) error {
	if a.Archive == nil || task != "" || time.Now().UnixNano() < a.resume.Load() {
		return nil
	}
	body, err := encodeRecord(record{r.Trace, r.print[:], r.journal.Entries()})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), archiveFor)
	defer cancel()
	if err := a.Put(ctx, r.key.archived(), body, time.Now().Add(a.keep)); err != nil {
		a.resume.Store(time.Now().Add(archiveRests).UnixNano())
		return fmt.Errorf("archive the run: %w", err)
	}
	return nil
}

// archived is what a run is called in an archive.
func (k key) archived() string {
	sum := sha256.Sum256(append(k.session[:], k.id...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func encodeRecord(r record) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(w).Encode(r); err != nil {
		return nil, fmt.Errorf("encode an ended run: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress an ended run: %w", err)
	}
	return out.Bytes(), nil
}

func decodeRecord(body []byte) (r record, err error) {
	in, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return r, fmt.Errorf("decompress an ended run: %w", err)
	}
	return r, json.NewDecoder(io.LimitReader(in, mostRecord)).Decode(&r)
}

// Recall returns a run of the session that ended, maybe in another process; nil if
// the archive has none.
func (b *Book) Recall(session, id string) *Run {
	if b.archive.Archive == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(b.ctx, recallFor)
	defer cancel()
	k := keyOf(session, id)
	body, err := b.archive.Get(ctx, k.archived())
	if err != nil { // there is none, or it cannot be reached: the reader is told the same
		return nil
	}
	kept, err := decodeRecord(body)
	if err != nil || len(kept.Entries) == 0 || len(kept.Print) != len(Run{}.print) {
		b.cfg.Logger.Error("an archived run cannot be read", "run", id, "err", err)
		return nil
	}
	r := &Run{ID: id, Trace: kept.Trace, book: b, key: k, print: [32]byte(kept.Print), journal: journal.Of(kept.Entries)}
	r.ctx, r.cancel = context.WithCancelCause(b.ctx)
	r.cancel(nil)
	return r
}
