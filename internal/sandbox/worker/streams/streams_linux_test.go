package streams

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"strings"
	"testing"

	"playground/internal/sandbox/wire"
)

// TestKeepOrder writes to two streams by every road that host code takes, and
// reads them in order from one pipe.
func TestKeepOrder(t *testing.T) {
	_, outW := pipe(t)
	_, errW := pipe(t)
	r, w := pipe(t)
	if err := KeepOrder(outW, errW, w); err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() { got <- frames(r) }()

	copied := *outW
	again := os.NewFile(errW.Fd(), "again")
	defer runtime.KeepAlive(again)
	buffered := bufio.NewWriter(errW)
	var want strings.Builder
	roads := []func(io.Writer, string){
		func(w io.Writer, s string) { fmt.Fprint(w, s) },
		func(w io.Writer, s string) { _, _ = io.WriteString(w, s) },
		func(w io.Writer, s string) { _, _ = io.Copy(w, strings.NewReader(s)) },
		func(w io.Writer, s string) { _, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader(s)) },
		func(w io.Writer, s string) { log.New(w, "", 0).Writer().Write([]byte(s)) },
	}
	for i := range 200 {
		s := fmt.Sprintf("%d,", i)
		want.WriteString(s)
		road := roads[i/2%len(roads)]
		switch i % 4 {
		case 0:
			road(outW, s)
		case 1:
			road(buffered, s)
			buffered.Flush()
		case 2:
			road(&copied, s)
		default:
			road(again, s)
		}
	}
	long := strings.Repeat("x", 3*wire.MaxFrame)
	fmt.Fprint(outW, long)
	want.WriteString(long)
	outW.Close()
	if _, err := fmt.Fprint(outW, "closed"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a write to a closed stream: %v", err)
	}
	w.Close()
	if g := <-got; g != want.String() {
		t.Errorf("order was lost:\n got %.2000s\nwant %.2000s", g, want.String())
	}
}

// frames reads frames to their end.
func frames(r io.Reader) string {
	var all strings.Builder
	var f wire.FrameSplitter
	buf := make([]byte, 1000)
	for {
		n, err := r.Read(buf)
		if !f.Split(buf[:n], func(_ byte, data []byte) { all.Write(data) }) {
			return all.String() + " and no frame"
		}
		if err != nil {
			return all.String()
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
