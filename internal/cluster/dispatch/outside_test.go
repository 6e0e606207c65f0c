package dispatch

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"playground/internal/cluster"
	"playground/internal/cluster/clustertest"
	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/share"
)

// By an operator's own NATS a run goes as it does by the embedded one: to a runner, with
// its input, and by another gateway from where its reader was.
func TestARunByANATSOutside(t *testing.T) {
	t.Parallel()
	keys := clustertest.Keys(t)
	url := clustertest.Outside(t, keys, nil)
	archive := share.NewMemory(1 << 20)
	var s []*site
	for i, role := range []byte("grg") {
		n, err := cluster.Open(cluster.Config{
			Cluster: "test", Node: fmt.Sprint("n", i+1), Keys: keys, URL: url, Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(n.Close)
		s = append(s, newSite(t, n, role, archive, nil))
	}
	acquainted(t, s)
	q := program("a", "out first\nflood 300\necho")
	q.StdinOpen = true
	x := listen(t, begin(t, s[0], q), "a", 0)
	x.until("line 0 ")
	r, e := s[2].Find(token, "a", x.seq)
	if e != nil {
		t.Fatal(e)
	}
	y := listen(t, r, "a", x.seq)
	if e := r.Input(protocol.Request{ID: "a", Writer: "w", Part: 1, Body: "word\n"}); e != nil {
		t.Fatal(e)
	}
	y.until("read word\n")
	if e := r.CloseInput(protocol.Request{ID: "a", Writer: "w", Part: 2}); e != nil {
		t.Fatal(e)
	}
	wantStatus(t, y.rest(), sandbox.StatusOK)
	if n := strings.Count(x.text.String()+y.text.String(), "\n"); n != 302 || s[1].began.Load() != 1 {
		t.Errorf("%d lines came, want 302; the program ran %d times", n, s[1].began.Load())
	}
}
