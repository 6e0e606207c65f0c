//go:build linux

package main

import (
	"slices"
	"testing"
	"time"

	"playground/bench/internal/server"
)

// TestNoReaderIsCheated tries the faults that can be made without privileges,
// for a short time, each with a server of its own: what they take is waiting.
func TestNoReaderIsCheated(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	dir := t.TempDir()
	build, err := server.Make(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	o := options{form: server.Here, readers: 6, length: 2 * time.Second}
	for _, f := range faults() {
		if !slices.Contains([]string{"workers-killed", "sockets-cut", "starts-fail", "sigterm"}, f.name) {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			r := try(t.Context(), t.TempDir(), build, o, f)
			t.Log(r)
			if len(r.wrong) > 0 {
				t.Fail()
			}
		})
	}
}
