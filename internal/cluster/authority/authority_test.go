package authority

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func issue(t *testing.T, dir string, names ...string) time.Time {
	t.Helper()
	until, err := Issue(dir, names)
	if err != nil {
		t.Fatal(err)
	}
	return until
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// verify is what a node's peers do.
func verify(t *testing.T, dir, name string, authority []byte) error {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, fileCert), filepath.Join(dir, fileKey))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatal("no authority")
	}
	_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	return err
}

func TestIssue(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	until := issue(t, dir, "node1", "*.nodes.example", "10.0.0.1")
	if good := time.Until(until); good < 700*24*time.Hour || good > 800*24*time.Hour {
		t.Errorf("good for %v", good)
	}
	authority := read(t, dir, fileCA)
	for _, name := range []string{"node1", "a.nodes.example", "10.0.0.1"} {
		if err := verify(t, dir, name, authority); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if verify(t, dir, "node2", authority) == nil {
		t.Error("good for a node that was not named")
	}
	for _, name := range []string{fileSigner, fileKey, fileToken} {
		if s, err := os.Stat(filepath.Join(dir, name)); err != nil || s.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	if n := len(bytes.TrimSpace(read(t, dir, fileToken))); n < 22 {
		t.Errorf("a token of %d characters", n)
	}
}

// A second certificate is of the same authority, with the same token: nodes are
// given it one after the other.
func TestIssueAgain(t *testing.T) {
	dir := t.TempDir()
	issue(t, dir, "node1")
	authority, secret, cert := read(t, dir, fileCA), read(t, dir, fileToken), read(t, dir, fileCert)
	issue(t, dir, "node1", "node2")
	if !bytes.Equal(authority, read(t, dir, fileCA)) || !bytes.Equal(secret, read(t, dir, fileToken)) {
		t.Error("another authority, or another token")
	}
	if bytes.Equal(cert, read(t, dir, fileCert)) {
		t.Error("the same certificate")
	}
	if err := verify(t, dir, "node2", authority); err != nil {
		t.Error(err)
	}
}

func TestNotIssued(t *testing.T) {
	if _, err := Issue(t.TempDir(), nil); err == nil {
		t.Error("without names")
	}
	dir, other := t.TempDir(), t.TempDir()
	issue(t, dir, "a")
	issue(t, other, "a")
	if err := os.WriteFile(filepath.Join(dir, fileSigner), read(t, other, fileSigner), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Issue(dir, []string{"a"}); err == nil || !strings.Contains(err.Error(), "is not the key") {
		t.Errorf("with another's key: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, fileSigner)); err != nil {
		t.Fatal(err)
	}
	if _, err := Issue(dir, []string{"a"}); err == nil || !strings.Contains(err.Error(), "is needed to sign") {
		t.Errorf("without the authority's key: %v", err)
	}
}
