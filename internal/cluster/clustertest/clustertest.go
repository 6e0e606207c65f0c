// Package clustertest makes clusters for tests: keys, and nodes that know each
// other, all in the test's own process and on loopback.
package clustertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"playground/internal/cluster"
)

// Token is the token of every Keys.
const Token = "a-token-of-nodes-under-test"

// Keys makes a folder of keys for nodes on loopback, of an authority of its own.
func Keys(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	key := newKey(t)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "nodes under test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	write(t, dir, "ca.crt", "CERTIFICATE", sign(t, ca, ca, key, key))
	own := newKey(t)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "node"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	write(t, dir, "tls.crt", "CERTIFICATE", sign(t, leaf, ca, own, key))
	der, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "tls.key", "PRIVATE KEY", der)
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte(Token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, c, by *x509.Certificate, key, with *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, with)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func write(t testing.TB, dir, name, kind string, der []byte) {
	t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
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
