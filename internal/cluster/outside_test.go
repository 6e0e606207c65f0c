package cluster_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"playground/internal/cluster"
	"playground/internal/cluster/clustertest"
)

// Nodes of an operator's NATS hear each other as those of the embedded one do.
func TestNodesOfANATSOutside(t *testing.T) {
	keys := clustertest.Keys(t)
	c := cluster.Config{Cluster: "test", Keys: keys, URL: clustertest.Outside(t, keys, nil), Logger: slog.New(slog.DiscardHandler)}
	var nodes []*cluster.Node
	for _, name := range []string{"n1", "n2"} {
		c.Node = name
		n, err := cluster.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(n.Close)
		nodes = append(nodes, n)
	}
	sub, err := nodes[1].Conn().Subscribe("greeting", func(m *nats.Msg) { _ = m.Respond([]byte("and to you")) })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := nodes[1].Conn().Flush(); err != nil {
		t.Fatal(err)
	}
	m, err := nodes[0].Conn().Request("greeting", []byte("good day"), 20*time.Second)
	if err != nil || string(m.Data) != "and to you" {
		t.Errorf("answered %v, %v", m, err)
	}
}

func TestANATSOutsideThatIsOfNoUse(t *testing.T) {
	keys := clustertest.Keys(t)
	for _, tt := range []struct {
		name string
		edit func(*server.Options)
		url  string
		want string
	}{
		{"another token", func(o *server.Options) { o.Authorization = "another-token-altogether" }, "", "Authorization Violation"},
		{"messages too short", func(o *server.Options) { o.MaxPayload = 4 << 10 }, "", "max_payload"},
		{"no TLS", nil, "nats://127.0.0.1:4222", "want tls://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url := tt.url
			if url == "" {
				url = clustertest.Outside(t, keys, tt.edit)
			}
			n, err := cluster.Open(cluster.Config{Cluster: "test", Node: "n", Keys: keys, URL: url, Logger: slog.New(slog.DiscardHandler)})
			if err == nil {
				n.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}
