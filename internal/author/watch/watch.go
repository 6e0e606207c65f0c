package watch

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// rest is how long nothing must happen for a change to be over: editors that
	// replace a file do so in several steps.
	rest = 30 * time.Millisecond
	// openFor is how long a file may be kept open for writing without being
	// written to before it is read all the same.
	openFor = 10 * time.Second
)

// Folders calls changed once it watches these folders, because something may have
// changed before, and after files in them and in their folders have changed, until
// ctx ends. Names that begin with a point are left out: editors
// keep their copies there.
func Folders(ctx context.Context, dirs []string, changed func()) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch files: %w", err)
	}
	defer w.Close()
	for _, dir := range dirs {
		if err := add(w, dir); err != nil {
			return fmt.Errorf("watch %s: %w", dir, err)
		}
	}
	changed()
	return follow(ctx, w, changed)
}

// follow waits until changes are over and tells of them.
func follow(ctx context.Context, w *fsnotify.Watcher, changed func()) error {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	var (
		touched = map[string]bool{}
		last    time.Time
	)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err, ok := <-w.Errors:
			if !ok {
				return nil
			}
			// Some events were lost, so anything may have changed.
			if err != nil {
				last = time.Now()
				timer.Reset(rest)
			}
		case e, ok := <-w.Events:
			if !ok {
				return nil
			}
			if hidden(e.Name) || e.Op == fsnotify.Chmod {
				continue
			}
			if e.Has(fsnotify.Create) {
				_ = add(w, e.Name) // it is a folder, or gone again, or a file
			}
			touched[e.Name], last = true, time.Now()
			timer.Reset(rest)
		case <-timer.C:
			if written(touched) && time.Since(last) < openFor {
				timer.Reset(rest)
				continue
			}
			clear(touched)
			changed()
		}
	}
}

// add watches a folder and those in it.
func add(w *fsnotify.Watcher, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case path != dir && (hidden(path) || d.Name() == "node_modules"):
			return fs.SkipDir
		}
		return w.Add(path)
	})
}

func hidden(path string) bool {
	base := filepath.Base(path)
	return strings.HasPrefix(base, ".") && base != "." && base != ".."
}

// written reports whether somebody has one of the files open for writing.
func written(files map[string]bool) bool {
	for name := range files {
		if beingWritten(name) {
			return true
		}
	}
	return false
}
