package worker

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestKeepOrder writes to two pipes by every road that host code takes and
// reads them as a parent does: whichever has bytes, in no hurry.
func TestKeepOrder(t *testing.T) {
	outR, outW := pipe(t)
	errR, errW := pipe(t)
	if err := keepOrder(outW, errW); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	var reading sync.WaitGroup
	reading.Go(func() { readBoth(&got, outR, errR) })

	buffered := bufio.NewWriter(errW)
	var want strings.Builder
	roads := []func(io.Writer, string){
		func(w io.Writer, s string) { fmt.Fprint(w, s) },
		func(w io.Writer, s string) { _, _ = io.WriteString(w, s) },
		func(w io.Writer, s string) { _, _ = io.Copy(w, strings.NewReader(s)) },
		func(w io.Writer, s string) { _, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader(s)) },
	}
	for i := range 200 {
		s := fmt.Sprintf("%d,", i)
		want.WriteString(s)
		road := roads[i/2%len(roads)]
		if i%2 == 0 {
			road(outW, s)
		} else {
			road(buffered, s)
			buffered.Flush()
		}
	}
	outW.Close()
	errW.Close()
	reading.Wait()
	if got.String() != want.String() {
		t.Errorf("order was lost:\n got %s\nwant %s", got.String(), want.String())
	}
}

// readBoth drains both pipes after a pause each time, so that a writer who
// does not wait would have filled both.
func readBoth(to *strings.Builder, files ...*os.File) {
	buf := make([]byte, 4096)
	for open := len(files); open > 0; {
		fds := make([]unix.PollFd, len(files))
		for i, f := range files {
			fds[i] = unix.PollFd{Fd: int32(f.Fd()), Events: unix.POLLIN}
		}
		if _, err := unix.Poll(fds, -1); err != nil {
			continue
		}
		time.Sleep(200 * time.Microsecond)
		for i := len(files) - 1; i >= 0; i-- { // stderr first: the worse order
			if fds[i].Revents == 0 {
				continue
			}
			n, err := files[i].Read(buf)
			to.Write(buf[:n])
			if err != nil {
				files = append(files[:i:i], files[i+1:]...)
				open--
			}
		}
	}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}
