//go:build linux

package main

import (
	"testing"
	"time"
)

// TestNoReaderIsCheated tries the faults that can be made without privileges,
// for a short time.
func TestNoReaderIsCheated(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	o := options{form: "here", readers: 6, length: 2 * time.Second}
	failed, err := tryAll(t.Context(), o, []string{"workers-killed", "sockets-cut", "starts-fail", "sigterm"})
	if err != nil {
		t.Fatal(err)
	}
	if failed > 0 {
		t.Errorf("%d faults were not got over; they are printed above", failed)
	}
}
