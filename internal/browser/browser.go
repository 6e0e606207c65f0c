package browser

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"

	"playground/internal/asset"
	"playground/internal/expect"
	"playground/internal/render"
	"playground/internal/script"
	"playground/web"
)

// Find is the path of an installed Chromium, or "".
func Find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Limits hold where a block does not ask for less.
type Limits struct {
	Wall   time.Duration
	Output int64 // bytes
}

// Browser is a running Chromium. Its methods may be called by several goroutines.
type Browser struct {
	limits  Limits
	token   string
	files   map[string][]byte
	server  http.Server
	command *exec.Cmd
	profile string
	said    bytes.Buffer // by Chromium; read when it has ended
	ended   chan struct{}
	jobs    chan job
	done    sync.WaitGroup

	mu      sync.Mutex
	last    int
	waiting map[int]chan result
}

// Start starts the Chromium at path.
func Start(path string, l Limits) (*Browser, error) {
	files, _, err := asset.Bundle(web.Static())
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Browser{
		limits: l, token: rand.Text(), files: files,
		ended: make(chan struct{}), jobs: make(chan job), waiting: make(map[int]chan result),
	}
	b.server.Handler = b.routes()
	b.done.Go(func() { _ = b.server.Serve(listener) }) // it ends with Close
	if err := b.launch(path, fmt.Sprintf("http://%s/%s/", listener.Addr(), b.token)); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", path, err), b.Close())
	}
	return b, nil
}

// launch starts Chromium on an address.
func (b *Browser) launch(path, address string) (err error) {
	if b.profile, err = os.MkdirTemp("", "playground-check-"); err != nil {
		return err
	}
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-background-timer-throttling", "--disable-dev-shm-usage",
		"--user-data-dir=" + b.profile,
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // as root Chromium has no other way
	}
	b.command = exec.Command(path, append(args, address)...)
	b.command.Stdout, b.command.Stderr = &b.said, &b.said
	b.command.WaitDelay = closing // its children have our pipe
	if err := b.command.Start(); err != nil {
		close(b.ended)
		return err
	}
	b.done.Go(func() {
		_ = b.command.Wait() // whoever waits for a program is told
		close(b.ended)
	})
	return nil
}

// closing is how long what Chromium started may take to end with it.
const closing = 5 * time.Second

// Close ends Chromium and everything else, and waits for it.
func (b *Browser) Close() error {
	if b.command != nil && b.command.Process != nil {
		_ = b.command.Process.Kill() // it may have ended
	}
	err := b.server.Close()
	b.done.Wait()
	return errors.Join(err, removeProfile(b.profile))
}

// removeProfile removes a folder into which the last of Chromium's processes may
// still write.
func removeProfile(dir string) (err error) {
	for deadline := time.Now().Add(closing); ; time.Sleep(50 * time.Millisecond) {
		if err = os.RemoveAll(dir); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// job is a program as the page gets it.
type job struct {
	ID     int    `json:"id"`
	Code   string `json:"code"`
	Map    string `json:"map"`
	File   string `json:"file"`
	WallMs int64  `json:"wallMs"`
	Output int64  `json:"output"`
}

// result is what the page says of a job.
type result struct {
	ID      int    `json:"id"`
	Status  string `json:"status"`
	Reason  string `json:"reason"`
	Exit    int    `json:"exit"`
	Printed string `json:"printed"`
	Micros  int64  `json:"micros"`
}

// RunScript runs a block's program once.
func (b *Browser) RunScript(ctx context.Context, block *render.Block) (expect.Ran, time.Duration, error) {
	j := job{
		Code: block.Script.Code, Map: block.Script.Map, File: script.Language(block.Lang).File(),
		WallMs: b.limits.Wall.Milliseconds(), Output: b.limits.Output,
	}
	if block.Wall > 0 {
		j.WallMs = block.Wall.Milliseconds()
	}
	answer := make(chan result, 1)
	b.mu.Lock()
	b.last++
	j.ID = b.last
	b.waiting[j.ID] = answer
	b.mu.Unlock()
	defer b.forget(j.ID)
	select {
	case b.jobs <- j:
	case <-ctx.Done():
		return expect.Ran{}, 0, ctx.Err()
	case <-b.ended:
		return expect.Ran{}, 0, b.died()
	}
	select {
	case r := <-answer:
		end, err := endOf(r)
		return expect.Ran{Printed: r.Printed, Ends: end}, time.Duration(r.Micros) * time.Microsecond, err
	case <-ctx.Done():
		return expect.Ran{}, 0, ctx.Err()
	case <-b.ended:
		return expect.Ran{}, 0, b.died()
	}
}

func (b *Browser) died() error {
	return fmt.Errorf("the browser ended by itself: %.500s", bytes.TrimSpace(b.said.Bytes()))
}

func (b *Browser) forget(id int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.waiting, id)
}

// endOf says in an author's words how a run ended.
func endOf(r result) (expect.End, error) {
	switch r.Status {
	case "ok":
		return expect.OK, nil
	case "exit":
		return expect.End(fmt.Sprintf("exit:%d", r.Exit)), nil
	case "panic":
		return "panic", nil
	case "wall_limit":
		return "wall", nil
	case "output_limit":
		return "output", nil
	}
	return "", errors.New(r.Reason)
}
