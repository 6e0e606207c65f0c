package cluster_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/cluster"
	"playground/internal/cluster/clustertest"
)

func TestNodesHearEachOther(t *testing.T) {
	nodes := clustertest.Open(t, 3, nil)
	heard := make(chan string, 3)
	for _, n := range nodes {
		if _, err := n.Conn().Subscribe("greeting", func(m *nats.Msg) { heard <- n.Name() + " " + string(m.Data) }); err != nil {
			t.Fatal(err)
		}
		if err := n.Conn().Flush(); err != nil {
			t.Fatal(err)
		}
	}
	// That somebody listens travels, too.
	clustertest.Await(t, "a word reaches all three", func() bool {
		for len(heard) > 0 {
			<-heard
		}
		if err := nodes[0].Conn().Publish("greeting", []byte("good day")); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		timeout := time.After(time.Second)
		for len(got) < 3 {
			select {
			case s := <-heard:
				got[s] = true
			case <-timeout:
				return false
			}
		}
		return got["n1 good day"] && got["n2 good day"] && got["n3 good day"]
	})
}

// A node without keys, or with what only looks like them, opens nothing.
func TestRefusesWithoutKeys(t *testing.T) {
	spoil := func(name, text string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(name string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	other := func(names ...string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			from := clustertest.Keys(t)
			for _, name := range names {
				text, err := os.ReadFile(filepath.Join(from, name))
				if err != nil {
					t.Fatal(err)
				}
				spoil(name, string(text))(t, dir)
			}
		}
	}
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		want  string
	}{
		{"no authority", remove("ca.crt"), "ca.crt"},
		{"no certificate", remove("tls.crt"), "tls.crt"},
		{"no key", remove("tls.key"), "tls.key"},
		{"no token", remove("token"), "token"},
		{"a short token", spoil("token", "secret\n"), "at least 22"},
		{"an authority that is none", spoil("ca.crt", "x"), "no certificate in PEM"},
		{"a certificate of another authority", other("tls.crt", "tls.key"), "unknown authority"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := clustertest.Keys(t)
			tt.spoil(t, dir)
			_, err := cluster.Open(cluster.Config{Cluster: "test", Node: "n", Keys: dir, Listen: "127.0.0.1:0"})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
	if _, err := cluster.Open(cluster.Config{Cluster: "test", Node: "n", Listen: "127.0.0.1:0"}); err == nil || !strings.Contains(err.Error(), "needs keys") {
		t.Errorf("without a folder of keys: %v", err)
	}
}

// A peer that has one of the two secrets only is not let in.
func TestStrangersStayOut(t *testing.T) {
	var keys string
	nodes := clustertest.Open(t, 1, func(_ int, c *cluster.Config) { keys = c.Keys })
	for _, tt := range []struct {
		name string
		keys func(t *testing.T) string
	}{
		{"another token", func(t *testing.T) string {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(keys)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "token"), []byte("a-token-of-another-cluster"), 0o600); err != nil {
				t.Fatal(err)
			}
			return dir
		}},
		{"another authority, the same token", func(t *testing.T) string { return clustertest.Keys(t) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tt.keys(t)
			stranger, err := cluster.Open(cluster.Config{
				Cluster: "test", Node: "stranger", Keys: dir, Listen: "127.0.0.1:0", Join: []string{nodes[0].Address()},
				Logger: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer stranger.Close()
			said := make(chan string, 100)
			for _, n := range []*cluster.Node{stranger, nodes[0]} {
				s, err := n.Conn().Subscribe("greeting.*", func(m *nats.Msg) { said <- n.Name() + " hears " + m.Subject })
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = s.Unsubscribe() }()
			}
			// It tries once a second, and the first time at once. For a moment it takes
			// itself for let in, which it is when it is heard.
			for range 30 {
				for _, n := range []*cluster.Node{stranger, nodes[0]} {
					if err := n.Conn().Publish("greeting."+n.Name(), nil); err != nil {
						t.Fatal(err)
					}
				}
				if nodes[0].Peers() > 0 {
					t.Fatal("was let in")
				}
				time.Sleep(50 * time.Millisecond)
			}
			for _, n := range []*cluster.Node{stranger, nodes[0]} {
				if err := n.Conn().Flush(); err != nil {
					t.Fatal(err)
				}
			}
			for len(said) > 0 {
				if s := <-said; s != "stranger hears greeting.stranger" && s != "n1 hears greeting.n1" {
					t.Error(s)
				}
			}
		})
	}
}

func TestAddressInUse(t *testing.T) {
	nodes := clustertest.Open(t, 1, nil)
	_, err := cluster.Open(cluster.Config{
		Cluster: "test", Node: "second", Keys: clustertest.Keys(t), Listen: nodes[0].Address(), Logger: slog.New(slog.DiscardHandler),
	})
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("error %v", err)
	}
}
