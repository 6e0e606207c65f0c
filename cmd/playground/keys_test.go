package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if status, out, errs := command(t, "keys", dir, "node1", "node2"); status != 0 || !strings.Contains(out, "good until 20") {
		t.Fatalf("status %d, %s%s", status, out, errs)
	}
	for _, name := range []string{"ca.crt", "tls.crt", "tls.key", "token"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if status, _, errs := command(t, "keys", dir); status == 0 {
		t.Errorf("without names: %s", errs)
	}
}
