// Package sqlite keeps what is shared, or runs that ended, in a file, by SQLite in pure Go. One process
// has the file at a time; it survives that process, and what is written is on its
// way to the disk when Put returns.
//
// The package starts no goroutine of its own; database/sql has one, which ends with
// Close.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // registers the driver

	"playground/internal/share"
)

// The files of a folder.
const (
	Shares = "shared.sqlite" // what readers share
	Runs   = "runs.sqlite"   // ended runs
)

// schema is version 1 of the tables.
const schema = `
CREATE TABLE IF NOT EXISTS shared (
	id    TEXT PRIMARY KEY,
	until INTEGER NOT NULL, -- seconds since 1970
	body  BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS shared_until ON shared (until);`

// Store is a share.Store in a file.
type Store struct {
	db   *sql.DB
	most int64

	mu   sync.Mutex // one writer at a time, as SQLite has it
	held int64
}

// Open opens the store in a file of a folder, which it makes if it must. most is how
// many bytes it may hold.
func Open(ctx context.Context, dir, file string, most int64) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for what is kept: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, file))
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", dir, err)
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)"},
	}.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// The little that is asked is asked fast, and a second connection costs
	// megabytes.
	db.SetMaxOpenConns(1)
	s := &Store{db: db, most: most}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return s, nil
}

func (s *Store) begin(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, schema); err != nil {
		return err
	}
	return s.db.QueryRowContext(ctx, "SELECT coalesce(sum(length(body) + ?), 0) FROM shared", share.Overhead).Scan(&s.held)
}

// Put implements share.Store.
func (s *Store) Put(ctx context.Context, id string, body []byte, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	again, err := s.db.ExecContext(ctx, "UPDATE shared SET until = max(until, ?) WHERE id = ?", until.Unix(), id)
	if err != nil {
		return fmt.Errorf("keep %s longer: %w", id, err)
	}
	if n, err := again.RowsAffected(); err == nil && n > 0 {
		return nil
	}
	size := int64(len(body)) + share.Overhead
	if s.held+size > s.most {
		if err := s.sweep(ctx, time.Now()); err != nil {
			return err
		}
	}
	if s.held+size > s.most {
		return share.ErrFull
	}
	if _, err := s.db.ExecContext(ctx, "INSERT INTO shared (id, until, body) VALUES (?, ?, ?)", id, until.Unix(), body); err != nil {
		return fmt.Errorf("keep %s: %w", id, err)
	}
	s.held += size
	return nil
}

// sweep lets go of what has had its time. The caller holds mu.
func (s *Store) sweep(ctx context.Context, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, "DELETE FROM shared WHERE until <= ?", now.Unix()); err != nil {
		return fmt.Errorf("forget what was shared long ago: %w", err)
	}
	return s.db.QueryRowContext(ctx, "SELECT coalesce(sum(length(body) + ?), 0) FROM shared", share.Overhead).Scan(&s.held)
}

// Get implements share.Store.
func (s *Store) Get(ctx context.Context, id string) ([]byte, error) {
	var body []byte
	err := s.db.QueryRowContext(ctx, "SELECT body FROM shared WHERE id = ? AND until > ?", id, time.Now().Unix()).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, share.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	return body, nil
}

// Close implements share.Store.
func (s *Store) Close() error { return s.db.Close() }
