package author

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"playground/internal/articles"
	"playground/internal/pages"
	"playground/internal/protocol"
	"playground/internal/render"
	"playground/internal/runs"
)

// Exporter writes a site into a folder, for servers of files.
type Exporter struct {
	Pages *pages.Builder
	// Runner runs each program once; what it did can then be seen without a server.
	Runner   Runner
	Parallel int
	// Go is the release that programs ran with, as people write it.
	Go string
	// Progress, if not nil, is told after each run how many of all are done. It is
	// called by one goroutine at a time.
	Progress func(done, all int)
}

// marker is in every folder that an export has written, so that nothing else is
// ever replaced.
const marker = ".playground-export"

// Export writes the site into dir, as a whole or not at all: an earlier export
// there is replaced. A folder with anything else in it is refused.
func (e *Exporter) Export(ctx context.Context, c *articles.Collection, dir string) error {
	if err := replaceable(dir); err != nil {
		return err
	}
	files, err := e.files(ctx, c)
	if err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, ".playground-export-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	for name, data := range files {
		if err := write(filepath.Join(fresh, filepath.FromSlash(name)), data); err != nil {
			return err
		}
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	return replaceFolder(dir, fresh)
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// replaceable reports why a folder is not to be replaced.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, marker)); err != nil {
		return fmt.Errorf("%s has files that no export has written: name a folder that is empty or not there", dir)
	}
	return nil
}

// replaceFolder puts fresh in the place of dir.
func replaceFolder(dir, fresh string) error {
	old := fresh + "-old"
	err := os.Rename(dir, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.RemoveAll(old)
}

// files are all files of the site, by their names.
func (e *Exporter) files(ctx context.Context, c *articles.Collection) (map[string][]byte, error) {
	files := map[string][]byte{marker: []byte("Written by playground export; the next one replaces this folder.\n")}
	docs, err := e.Pages.Build(c)
	if err != nil {
		return nil, err
	}
	for at, d := range docs {
		if files[fileOf(at)], err = d.Body(); err != nil {
			return nil, err
		}
	}
	for name, data := range e.Pages.Static() {
		files[e.Pages.StaticPath()+"/"+name] = data
	}
	if files["404.html"], err = e.Pages.Failure("Not Found", "There is no page at this address."); err != nil {
		return nil, err
	}
	posts := c.Posts
	if c.Index != nil {
		posts = append([]*articles.Post{c.Index}, posts...)
	}
	for _, p := range posts {
		if err := pictures(files, p); err != nil {
			return nil, err
		}
	}
	return files, e.record(ctx, posts, files)
}

// fileOf is the file in which servers of files look for an address.
func fileOf(at string) string {
	if at == "" || at[len(at)-1] == '/' {
		return at + "index.html"
	}
	return at
}

func pictures(files map[string][]byte, p *articles.Post) error {
	for _, f := range p.Files {
		if p.Beside == nil || !fs.ValidPath(f.Path) {
			continue
		}
		data, err := fs.ReadFile(p.Beside, f.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was warned of
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", p.File, f.Line, err)
		}
		files[path.Join(p.Path, f.Path)] = data
	}
	return nil
}

// record runs every program once and keeps what it did.
func (e *Exporter) record(ctx context.Context, posts []*articles.Post, files map[string][]byte) error {
	type job struct {
		post  *articles.Post
		block *render.Block
	}
	var all []job
	for _, p := range posts {
		for i := range p.Blocks {
			if p.Blocks[i].Script == nil { // those run in files as well
				all = append(all, job{p, &p.Blocks[i]})
			}
		}
	}
	var (
		mu      sync.Mutex
		errs    []error
		done    int
		workers sync.WaitGroup
	)
	jobs := make(chan job)
	for range max(1, e.Parallel) {
		workers.Go(func() {
			for j := range jobs {
				said, err := e.recording(ctx, j.block)
				mu.Lock()
				if done++; err != nil {
					errs = append(errs, fmt.Errorf("%s:%d: %s: %w", j.post.File, j.block.Line, j.block.Title, err))
				}
				files[j.post.Path+"recorded/"+j.block.ID+".json"] = said
				if e.Progress != nil {
					e.Progress(done, len(all))
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range all {
		jobs <- j
	}
	close(jobs)
	workers.Wait()
	return errors.Join(errs...)
}

// recording is what a client would have got of a run, behind a line that says
// when it was.
func (e *Exporter) recording(ctx context.Context, b *render.Block) ([]byte, error) {
	var said bytes.Buffer
	for range tries {
		said.Reset()
		w := runs.NewWriter(&said, b.ID)
		program := programOf(b)
		program.Observe = b.Observe // the page shows it when it plays the recording
		res, err := e.Runner.Run(ctx, program, w.Sink)
		if err != nil {
			return nil, err
		}
		if _, err := endOf(res); errors.Is(err, errBusy) {
			continue
		} else if err != nil {
			return nil, errors.New(protocol.Reason(res))
		}
		if err := w.Finish(res, nil); err != nil {
			return nil, err
		}
		head, err := json.Marshal(struct {
			Recorded string `json:"recorded"`
			Go       string `json:"go"`
		}{time.Now().Format("2 January 2006"), e.Go})
		return append(append(head, '\n'), said.Bytes()...), err
	}
	return nil, errBusy
}
