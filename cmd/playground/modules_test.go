package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openDir is a new directory that every user can read, as a worker's may be
// another.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "modules")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// vendored makes a folder as go mod vendor makes it.
func vendored(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(openDir(t), "vendor")
	for name, text := range map[string]string{
		"modules.txt":                    "# example.test/greet v1.0.0\n## explicit; go 1.21\nexample.test/greet\nexample.test/greet/fast\nexample.test/greet/native\n",
		"example.test/greet/g.go":        "package greet\n\nfunc Hello(name string) string { return \"hello, \" + name }\n",
		"example.test/greet/fast/f.go":   inMemory,
		"example.test/greet/native/n.go": "package native\n\nimport _ \"golang.org/x/sys/unix\"\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// inMemory is a package that does by package unsafe what modules do.
const inMemory = `package fast

import (
	"sync/atomic"
	"unsafe"
)

type header struct {
	data unsafe.Pointer
	len  int
}

type Person struct {
	name string
	age  int32
}

func Bytes(s string) []byte  { return unsafe.Slice(unsafe.StringData(s), len(s)) }
func String(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
func Len(s string) int       { return (*header)(unsafe.Pointer(&s)).len }
func Bits(f float64) uint64  { return *(*uint64)(unsafe.Pointer(&f)) }
func Age(p *Person) *int32 {
	return (*int32)(unsafe.Pointer(uintptr(unsafe.Pointer(p)) + unsafe.Offsetof(p.age)))
}

func Last[T any](list []T) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(&list[0]), uintptr(len(list)-1)*unsafe.Sizeof(list[0])))
}

type Cell[T any] struct{ p unsafe.Pointer }

func (c *Cell[T]) Store(v T) { atomic.StorePointer(&c.p, unsafe.Pointer(&v)) }
func (c *Cell[T]) Load() T   { return *(*T)(atomic.LoadPointer(&c.p)) }

func Wrong(n int) (err any) {
	defer func() { err = recover() }()
	return unsafe.Slice(new(int), n)
}

func Test() (text string) {
	b := Bytes("reader")
	var c Cell[[]byte]
	c.Store(b[:4])
	p := new(Person)
	*Age(p) = 7
	if Len("four") == 4 && Bits(1) == 0x3ff0000000000000 && *Last([]string{"a", "z"}) == "z" && p.age == 7 && Wrong(-1).(error).Error() == "runtime error: unsafe.Slice: len out of range" {
		text = String(c.Load())
	}
	return text
}
`

// Programs import what the operator's folder has, and are told what there is
// where it has not.
func TestModules(t *testing.T) {
	t.Parallel()
	dir := vendored(t)
	program := func(path, use string) string {
		return "package main\n\nimport \"" + path + "\"\n\nfunc main() { println(" + use + ") }\n"
	}
	for _, tt := range []struct {
		name, dir, source string
		status            int
		stderr            string
	}{
		{"there", dir, program("example.test/greet", `greet.Hello("reader")`), 0, "hello, reader\n"},
		{"beside what is built in", dir, program("golang.org/x/time/rate", "rate.Inf > 1"), 0, "true\n"},
		{"not there", dir, program("example.test/other", "1"), 1, "nothing is fetched; there are example.test/greet, example.test/greet/fast, example.test/greet/native, golang.org/x/"},
		{"without a folder", "", program("example.test/greet", `""`), 1, "no module here has it"},
		{"needs memory", dir, program("example.test/greet/fast", "fast.Test()"), 0, "read\n"},
		{"needs the system", dir, program("example.test/greet/native", "1"), 1, `it cannot run here: example.test/greet@v1.0.0/native/n.go imports "golang.org/x/sys/unix"`},
		{"the reader's own unsafe", dir, program("unsafe", "unsafe.Sizeof(0)"), 1, `import of "unsafe" is not allowed here`},
		{"no such folder", dir + "x", program("fmt", "1"), 125, `name the vendor folder that "go mod vendor" made`},
	} {
		args := []string{"run"}
		if tt.dir != "" {
			args = append(args, "--modules", tt.dir)
		}
		status, _, stderr := playground(t, tt.source, append(args, "-")...)
		if status != tt.status || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s: status %d, %s; want %d and %q", tt.name, status, stderr, tt.status, tt.stderr)
		}
	}
}

// On the command line a program may be longer than what readers send.
func TestRunTakesWholePackages(t *testing.T) {
	t.Parallel()
	source := "package main\n\nfunc main() { println(\"all of it\") }\n//" + strings.Repeat("x", 300<<10)
	status, _, stderr := playground(t, source, "run", "-")
	if status != 0 || stderr != "all of it\n" {
		t.Errorf("status %d, %s", status, stderr)
	}
	status, _, stderr = playground(t, source, "run", "--source=64KiB", "-")
	if status == 0 || !strings.Contains(stderr, "the source limit of 65536 bytes") {
		t.Errorf("with readers' limit: status %d, %s", status, stderr)
	}
}

// A server checks the folder when it starts: what is wrong with it is the end,
// what programs will not be able to import is in the log.
func TestServeChecksModules(t *testing.T) {
	t.Parallel()
	status, _, stderr := playground(t, "", "serve", "--addr=localhost:0", "--admin=off", "--modules", openDir(t))
	if status != statusFailure || !strings.Contains(stderr, "has no modules.txt") {
		t.Errorf("status %d, %s", status, stderr)
	}
}
