package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// configure runs a command line in an environment.
func configure(t *testing.T, environ []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, environment{
		stdin: strings.NewReader(""), stdout: &out, stderr: &errs, environ: environ,
	})
	return status, out.String(), errs.String()
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// setting finds the line of a flag in what --print-config prints.
func setting(printed, flag string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`(?m)^(# )?`+flag+`:.*$`).FindString(printed)), " ")
}

func TestPrecedence(t *testing.T) {
	file := writeFile(t, "p.yaml", "wall: 3s\ncpu: 1s\nmemory: 64MiB\n")
	env := []string{"PLAYGROUND_CONFIG=" + file, "PLAYGROUND_CPU=2s", "PLAYGROUND_MEMORY=96MiB", "PLAYGROUND_ADDR="}
	status, printed, stderr := configure(t, env, "serve", "--memory=80MiB", "--print-config")
	if status != 0 {
		t.Fatal(stderr)
	}
	for flag, want := range map[string]string{
		"memory": "memory: 80MiB # --memory",
		"cpu":    "cpu: 2s # PLAYGROUND_CPU",
		"wall":   "wall: 3s # " + file + ":1 wall",
		"output": "output: 256KiB # default",
		"addr":   "addr: localhost:8080 # default", // an empty variable is none
		"pool":   "# pool: # default",
	} {
		if got := setting(printed, flag); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What --print-config prints is a file that says the same.
func TestPrintedConfigIsAFile(t *testing.T) {
	_, first, _ := configure(t, nil, "serve", "--print-config", "--addr=unix:/run/p.sock", "--hosts=a.example,b.example",
		"--origins=https://c.example", "--url=https://d.example/", "--pool=0", "--queue=7", "--socket-mode=0600", "--output=5")
	file := writeFile(t, "p.yaml", first)
	status, second, stderr := configure(t, nil, "--print-config", "--config="+file)
	if status != 0 {
		t.Fatal(stderr)
	}
	sources := regexp.MustCompile(`(?m)\s+# \S.*$`)
	if a, b := sources.ReplaceAllString(first, ""), sources.ReplaceAllString(second, ""); a != b {
		t.Errorf("printed:\n%s\nread again:\n%s", a, b)
	}
}

func TestFileMistakes(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"wal: 3s\naddres: x\n", []string{`p.yaml:1: unknown key "wal" (did you mean "wall"?)`, "p.yaml:2: unknown key"}},
		{"wall: 3s\nwall: 4s\n", []string{"p.yaml:2: wall is set twice, first in line 1"}},
		{"\nwall: 0s\n", []string{"p.yaml:2 wall: 0s is out of range: it must be from 10ms to 1h"}},
		{"memory: lots\n", []string{`p.yaml:1 memory: "lots" is not a size`}},
		{"addr:\n", []string{"p.yaml:1: addr has no value"}},
		{"addr: \"\"\n", []string{"p.yaml:1: addr has no value"}},
		{"hosts: []\n", []string{"p.yaml:1: hosts has no value"}},
		{"hosts: {a: b}\n", []string{"p.yaml:1: hosts must be a value or a list"}},
		{"- wall\n", []string{"p.yaml:1: want lines"}},
		{"config: other.yaml\n", []string{`unknown key "config"`}},
		{"print-config: true\n", []string{`unknown key "print-config"`}},
		{"wall: [\n", []string{"p.yaml: yaml:"}},
	} {
		file := writeFile(t, "p.yaml", tt.text)
		status, _, stderr := configure(t, nil, "serve", "--print-config", "--config="+file)
		for _, want := range tt.want {
			if status != statusFailure || !strings.Contains(stderr, want) {
				t.Errorf("%q: status %d, %s; want %q", tt.text, status, stderr, want)
			}
		}
	}
	if status, _, stderr := configure(t, []string{"PLAYGROUND_CONFIG=/no/such.yaml"}, "serve", "--print-config"); status != statusFailure || !strings.Contains(stderr, "/no/such.yaml") {
		t.Errorf("a missing file: status %d, %s", status, stderr)
	}
	if status, _, stderr := configure(t, nil, "serve", "--print-config", "--config="+writeFile(t, "p.yaml", "# nothing\n")); status != 0 {
		t.Errorf("a file of comments: status %d, %s", status, stderr)
	}
}

func TestMisspeltVariables(t *testing.T) {
	for name, want := range map[string]string{
		"PLAYGROUND_WAL=3s":        `unknown environment variable "PLAYGROUND_WAL" (did you mean "PLAYGROUND_WALL"?)`,
		"PLAYGROUND_SOCKETMODE=3s": `did you mean "PLAYGROUND_SOCKET_MODE"?`,
		"PLAYGROUND_FROBNICATE=":   `unknown environment variable "PLAYGROUND_FROBNICATE"`,
	} {
		if status, _, stderr := configure(t, []string{name}, "serve", "--print-config"); status != statusFailure || !strings.Contains(stderr, want) {
			t.Errorf("%s: status %d, %s; want %q", name, status, stderr, want)
		}
	}
	// A Kubernetes service named playground brings these.
	services := []string{
		"PLAYGROUND_SERVICE_HOST=10.0.0.1", "PLAYGROUND_SERVICE_PORT=80", "PLAYGROUND_SERVICE_PORT_HTTP=80",
		"PLAYGROUND_PORT=tcp://10.0.0.1:80", "PLAYGROUND_PORT_80_TCP=tcp://10.0.0.1:80", "PLAYGROUND_PORT_80_TCP_ADDR=10.0.0.1",
	}
	if status, _, stderr := configure(t, services, "serve", "--print-config"); status != 0 {
		t.Errorf("a service's variables: %s", stderr)
	}
}

// A bad value is an error that names where it is from and what is allowed.
func TestValueMistakes(t *testing.T) {
	for _, tt := range []struct{ environ, flag, want string }{
		{"", "--wall=0s", "--wall: 0s is out of range: it must be from 10ms to 1h"},
		{"", "--cpu=-1s", "--cpu: -1s is out of range"},
		{"", "--memory=1KiB", "--memory: 1KiB is out of range: it must be from 32MiB to 64GiB"},
		{"", "--memory=-1", `"-1" is not a size`},
		{"", "--concurrency=0", "--concurrency: 0 is out of range: it must be from 1 to 10000"},
		{"", "--concurrency=-3", `"-3" is no number of things`},
		{"", "--queue=-1", "--queue"},
		{"", "--pool=many", "--pool"},
		{"", "--addr=", "is empty"},
		{"PLAYGROUND_WALL=0s", "", "PLAYGROUND_WALL: 0s is out of range"},
		{"PLAYGROUND_MEMORY=lots", "", `PLAYGROUND_MEMORY: "lots" is not a size`},
		{"PLAYGROUND_HOSTS=*.example", "", "PLAYGROUND_HOSTS:"},
	} {
		args := []string{"serve", "--print-config"}
		if tt.flag != "" {
			args = append(args, tt.flag)
		}
		if status, _, stderr := configure(t, strings.Fields(tt.environ), args...); status != statusFailure || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s%s: status %d, %s; want %q", tt.environ, tt.flag, status, stderr, tt.want)
		}
	}
}
