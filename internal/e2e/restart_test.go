package e2e

import (
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A server that is told to end lets the reader's program finish, and one that
// takes its place is found by the next Run.
func TestServerRestarts(t *testing.T) {
	p := newTab(t)
	p.tolerate("net::ERR_") // it may ask while there is no server
	address := freeAddress(t)
	url, stop, err := serve(binary(t), "--post", "testdata/post.md", "--addr", address)
	if err != nil {
		t.Fatal(err)
	}
	p.open(url)
	w := p.widget("quick")
	w.edit(countingSource)
	w.run()
	w.waitOutput("10")
	stop()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff(counted(), w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	_, stop, err = serve(binary(t), "--post", "testdata/post.md", "--addr", address)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	w.edit(quickSource)
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("on the next server the status is %q: %s", status, w.text(".status"))
	}
}

// freeAddress is one of loopback's that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
