package main

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"playground/internal/option"
)

func noEnv(string) string { return "" }

func socketFlags(path string) listenFlags {
	return listenFlags{Addr: option.Address{Network: "unix", Name: path}, Mode: 0o600}
}

func TestSocketFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.sock")
	l, err := socketFlags(path).listen(noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if _, err := socketFlags(path).listen(noEnv); err == nil || !strings.Contains(err.Error(), "another server listens there") {
		t.Errorf("a second server: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the socket file is left: %v", err)
	}
}

// stale leaves a socket file that nobody listens on, as a killed server does.
func stale(t *testing.T, path string) {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
}

func TestSocketFileOfAKilledServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.sock")
	stale(t, path)
	l, err := socketFlags(path).listen(noEnv)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestOtherFilesAreNotRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := socketFlags(path).listen(noEnv); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("listen: %v", err)
	}
	if b, err := os.ReadFile(path); string(b) != "precious" {
		t.Errorf("the file is %q, %v", b, err)
	}
}

func TestActivation(t *testing.T) {
	original, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer original.Close()
	me := strconv.Itoa(os.Getpid())
	tests := []struct {
		name, pid, fds string
		passed         bool
		want           string // part of the error
	}{
		{"passed", me, "1", true, ""},
		{"to another process", "1", "1", false, ""},
		{"to none", "", "", false, ""},
		{"two", me, "2", false, "2 sockets were passed"},
		{"none", me, "0", false, "LISTEN_FDS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, err := original.(*net.TCPListener).File()
			if err != nil {
				t.Fatal(err)
			}
			env := map[string]string{"LISTEN_PID": tt.pid, "LISTEN_FDS": tt.fds}
			descriptor := file.Fd()
			if !tt.passed {
				defer file.Close()
			}
			l, err := activated(func(name string) string { return env[name] }, descriptor)
			switch {
			case tt.want != "":
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
			case err != nil || (l != nil) != tt.passed:
				t.Errorf("listener %v, error %v", l, err)
			case l != nil:
				defer l.Close()
				if l.Addr().String() != original.Addr().String() {
					t.Errorf("listens at %v, want %v", l.Addr(), original.Addr())
				}
			}
		})
	}
}
