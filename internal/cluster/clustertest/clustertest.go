// Package clustertest makes clusters for tests: keys, and nodes that know each
// other, all in the test's own process and on loopback.
package clustertest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"playground/internal/cluster"
	"playground/internal/cluster/authority"
)

// Keys makes a folder of keys for nodes on loopback, of an authority of its own.
func Keys(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := authority.Issue(dir, []string{"localhost", "127.0.0.1"}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Outside starts a NATS as an operator might, which asks for certificates and a token,
// and ends it with the test. edit, which may be nil, changes its options.
func Outside(t testing.TB, keys string, edit func(*server.Options)) (url string) {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(filepath.Join(keys, "tls.crt"), filepath.Join(keys, "tls.key"))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(keys, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := os.ReadFile(filepath.Join(keys, "token"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	o := &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true, Authorization: strings.TrimSpace(string(token)), TLSTimeout: 20,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert},
	}
	if edit != nil {
		edit(o)
	}
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server is not up")
	}
	return "tls://" + s.Addr().String()
}

// Open opens n nodes that all know each other, and closes them with the test. edit,
// which may be nil, changes what a node is opened with.
func Open(t testing.TB, n int, edit func(i int, c *cluster.Config)) []*cluster.Node {
	t.Helper()
	keys := Keys(t)
	var nodes []*cluster.Node
	var join []string
	for i := range n {
		c := cluster.Config{
			Cluster: "test", Node: fmt.Sprintf("n%d", i+1), Keys: keys, Listen: "127.0.0.1:0", Join: join,
			Logger: slog.New(slog.DiscardHandler),
		}
		if edit != nil {
			edit(i, &c)
		}
		node, err := cluster.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(node.Close)
		nodes = append(nodes, node)
		join = append(join, node.Address())
	}
	Await(t, "all nodes know each other", func() bool {
		for _, node := range nodes {
			// Two nodes have several connections, and the accounts spread over them.
			if node.Peers() < n-1 {
				return false
			}
		}
		return true
	})
	return nodes
}

// Await waits until done, and fails the test when it takes too long.
func Await(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
