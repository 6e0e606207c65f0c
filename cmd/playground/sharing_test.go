package main

import (
	"fmt"
	"testing"

	"playground/internal/budget"
	"playground/internal/cluster/clustertest"
)

// Where what is shared is kept: an address of a cluster is good on all of its nodes,
// also if this one has a folder.
func TestWhereSharedIsKept(t *testing.T) {
	node := clustertest.Open(t, 1, nil)[0]
	for _, c := range []struct {
		flags  shareFlags
		member *membership
		want   string
	}{
		{shareFlags{KeepShared: 1}, nil, "*share.Memory"},
		{shareFlags{KeepShared: 1, Data: t.TempDir()}, nil, "*sqlite.Store"},
		{shareFlags{KeepShared: 1}, &membership{node: node}, "*natskv.Store"},
		{shareFlags{KeepShared: 1, Data: t.TempDir()}, &membership{node: node}, "*natskv.Store"},
		{shareFlags{}, &membership{node: node}, "<nil>"},
	} {
		s, err := c.flags.open(t.Context(), budget.Budget{}, c.member)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%T", s.store); got != c.want {
			t.Errorf("%+v: %s, want %s", c.flags, got, c.want)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
	// Runs that ended, as well; a server that is alone and has no folder has them in memory.
	for _, c := range []struct {
		flags  shareFlags
		member *membership
		want   string
	}{
		{shareFlags{}, nil, "<nil>"},
		{shareFlags{Data: t.TempDir()}, nil, "*sqlite.Store"},
		{shareFlags{}, &membership{node: node}, "*natskv.Store"},
	} {
		s, err := c.flags.archive(t.Context(), c.member)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%T", s); got != c.want {
			t.Errorf("%+v: ended runs in %s, want %s", c.flags, got, c.want)
		}
		if s != nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// A reader who comes back after the server was replaced has the run that ended before.
func TestEndedRunsOutliveTheServer(t *testing.T) {
	t.Parallel()
	data := "--data=" + t.TempDir()
	const session = "the-session-of-one-reader"
	s := serve(t, data, "--pool=1")
	send, receive := dial(t, s)
	send(map[string]any{"type": "hello", "session": session})
	send(map[string]any{"type": "run", "id": "a", "source": "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(\"1\\n\") }\n"})
	if m := until(t, receive, isEnd); m.Status != "ok" {
		t.Fatalf("it ended %+v", m)
	}
	if err := s.stop(t); err != nil {
		t.Fatal(err)
	}
	send, receive = dial(t, serve(t, data, "--pool=1"))
	send(map[string]any{"type": "hello", "session": session})
	send(map[string]any{"type": "resume", "id": "a", "after": 1})
	if m := until(t, receive, isOutput); m.Body != "1\n" {
		t.Errorf("of the next server: %+v", m)
	}
	if m := until(t, receive, isEnd); m.Status != "ok" {
		t.Errorf("of the next server: %+v", m)
	}
}
