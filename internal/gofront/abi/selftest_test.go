package abi

import (
	"errors"
	"runtime"
	"testing"
)

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func TestSupportedReleases(t *testing.T) {
	for _, c := range []struct {
		release, arch string
		ok            bool
	}{
		{Language, "amd64", true},
		{Language + ".4", "arm64", true},
		{Language + "rc1", "amd64", true},
		{runtime.Version(), "amd64", true},
		{"devel go1.99-abcdef", "amd64", true}, // a toolchain of one's own: the layouts decide
		{Language, "riscv64", false},
		{"go1.25.1", "amd64", false},
		{"go1.99", "amd64", false},
	} {
		err := Supported(c.release, c.arch)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s on %s: %v", c.release, c.arch, err)
		}
	}
}
