package shim

import (
	"os"
	"os/user"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"playground/internal/gofront/memfs"
)

// osRows are what package os is to a program: files in its memory, an identity of
// its own, the standard streams.
func (s *Set) osRows() []Row {
	list := append(s.fileRows(), s.fileMethodRows()...)
	list = append(list,
		Row{"os", "", "NewFile", "reaches the worker's own pipes; a program has the three standard files and those that it opens", newFile},
		Row{"os", "File", "Fd", "tells where a worker has its standard error", fileFd})
	list = append(append(list, s.processRows()...), s.environRows()...)
	return append(list, Row{"os", "", "Exit", "ends the process before its end was told", s.program.Exit})
}

// stderrFd is where a worker has the program's standard error; its descriptor 2
// is the Go runtime's.
const stderrFd = 4

// newFile gives no way to the worker's pipes: a descriptor that the program does not
// have becomes one where nothing is, and its use fails with EBADF as it should.
func newFile(fd uintptr, name string) *os.File {
	switch {
	case int(fd) < 0 || fd >= memfs.Absent:
		return nil
	case fd == 2:
		return os.NewFile(stderrFd, name)
	case fd > 2:
		return os.NewFile(fd+memfs.Absent, name)
	}
	return os.NewFile(fd, name)
}

// fileFd undoes what newFile and handles add, so that a program's first file is 3.
func fileFd(f *os.File) uintptr {
	switch fd := f.Fd(); {
	case int(fd) < 0:
		return fd
	case fd == stderrFd:
		return 2
	case fd >= memfs.Absent:
		return fd - memfs.Absent
	default:
		return fd
	}
}

// debugKey is the variable that the runtime looks at.
const debugKey = "GODEBUG"

// environ is a program's environment apart from what GODEBUG is by default.
// The process has one variable for both, as the runtime reads one; so what the
// program may see of it is kept here.
type environ struct {
	debug string // the default

	mu  sync.Mutex
	own *string // the program's own GODEBUG, nil if it has none
}

func (e *environ) lookup(key string) (string, bool) {
	if key != debugKey {
		return os.LookupEnv(key)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.own == nil {
		return "", false
	}
	return *e.own, true
}

func (e *environ) all() []string {
	// In compiled Go defaults are in the binary, and no variable shows them.
	list := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, debugKey+"=") })
	if v, ok := e.lookup(debugKey); ok {
		list = append(list, debugKey+"="+v)
	}
	return list
}

func (e *environ) set(key, value string) error {
	if key != debugKey {
		return os.Setenv(key, value)
	}
	return e.tell(&value)
}

func (e *environ) unset(key string) error {
	if key != debugKey {
		return os.Unsetenv(key)
	}
	return e.tell(nil)
}

func (e *environ) clear() {
	// This took the defaults too, which a binary never loses.
	os.Clearenv()
	_ = e.tell(nil) // a name and a value without a NUL
}

// tell gives the runtime the defaults and what the program says, which comes
// last and so counts.
func (e *environ) tell(own *string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	settings := e.debug
	if own != nil {
		settings += "," + *own
	}
	if err := os.Setenv(debugKey, settings); err != nil {
		return err
	}
	// Only what was accepted may be seen.
	e.own = own
	return nil
}

// Start makes the settings hold. The program's first statement comes after it.
func (s *Set) Start() error {
	if s.identity.Debug == "" {
		return nil
	}
	return os.Setenv(debugKey, s.identity.Debug)
}

// Identity is what a program finds out about itself: who it was built as.
type Identity struct {
	// Path is the package's, as go run names it: "command-line-arguments" for
	// files without a go.mod.
	Path string
	// Module is empty without a go.mod.
	Module string
	Deps   []*debug.Module
	// Debug is what GODEBUG is where the environment does not say.
	Debug string
	// Test says that it is a test's binary.
	Test bool
}

// Be gives the program its identity. It must be called before any symbol is
// asked for.
func (s *Set) Be(id Identity) { s.identity = id }

// What a program is told of its process, in every deployment alike.
// Alike, so that output which has been recorded holds wherever it is shown.
const (
	hostName   = "playground"
	executable = "/prog"
	userID     = 1000
	userName   = "gopher"
	processID  = 2
)

// whyIdentity is why a process says something else of itself.
const whyIdentity = "is the worker's, or refused by the walls; a program has an identity of its own"

// processRows are what package os says of the process.
func (s *Set) processRows() []Row {
	id := func() int { return userID }
	return rows("os", "", whyIdentity, map[string]any{
		"Hostname":   func() (string, error) { return hostName, nil },
		"Executable": func() (string, error) { return executable, nil },
		"Getpid":     func() int { return processID },
		"Getppid":    func() int { return 1 },
		"Getuid":     id, "Geteuid": id, "Getgid": id, "Getegid": id,
		"Getgroups": func() ([]int, error) { return []int{userID}, nil },
	})
}

// userRows are a world of two users.
// Package user reads /etc/passwd, which the walls refuse.
func (s *Set) userRows() []Row {
	byName := func(name string) (*user.User, error) {
		for _, u := range users() {
			if u.Username == name {
				return u, nil
			}
		}
		return nil, user.UnknownUserError(name)
	}
	byID := func(id string) (*user.User, error) {
		for _, u := range users() {
			if u.Uid == id {
				return u, nil
			}
		}
		n, err := strconv.Atoi(id)
		if err != nil {
			return nil, err
		}
		return nil, user.UnknownUserIdError(n)
	}
	list := rows("os/user", "", whyIdentity, map[string]any{
		"Current":  func() (*user.User, error) { return byID(strconv.Itoa(userID)) },
		"Lookup":   byName,
		"LookupId": byID,
		"LookupGroup": func(name string) (*user.Group, error) {
			if u, err := byName(name); err == nil {
				return &user.Group{Gid: u.Gid, Name: name}, nil
			}
			return nil, user.UnknownGroupError(name)
		},
		"LookupGroupId": func(id string) (*user.Group, error) {
			if u, err := byID(id); err == nil {
				return &user.Group{Gid: id, Name: u.Username}, nil
			}
			return nil, user.UnknownGroupIdError(id)
		},
	})
	return append(list, Row{"os/user", "User", "GroupIds", whyIdentity, func(u *user.User) ([]string, error) { return []string{u.Gid}, nil }})
}

// users are made for each call, for a program may change those that it gets.
func users() []*user.User {
	id := strconv.Itoa(userID)
	return []*user.User{
		{Uid: id, Gid: id, Username: userName, Name: "Gopher", HomeDir: "/"},
		{Uid: "0", Gid: "0", Username: "root", Name: "root", HomeDir: "/"},
	}
}

// buildInfo is what a binary of the program would hold.
// The worker's own would name the server's packages.
func (s *Set) buildInfo() (*debug.BuildInfo, bool) {
	id := s.identity
	info := &debug.BuildInfo{
		GoVersion: runtime.Version(), Path: id.Path, Deps: id.Deps,
		Settings: []debug.BuildSetting{{Key: "-buildmode", Value: "exe"}, {Key: "-compiler", Value: "gc"}},
	}
	if id.Module != "" {
		info.Main = debug.Module{Path: id.Module, Version: "(devel)"}
	}
	add := func(key, value string) {
		info.Settings = append(info.Settings, debug.BuildSetting{Key: key, Value: value})
	}
	if id.Debug != "" {
		add("DefaultGODEBUG", id.Debug)
	}
	add("CGO_ENABLED", "0")
	add("GOARCH", "amd64")
	add("GOOS", "linux")
	add("GOAMD64", "v1")
	return info, true
}

// environRows keep what GODEBUG defaults to from the program's environment,
// where the runtime of a running process must be told it.
func (s *Set) environRows() []Row {
	// Without such settings there is nothing to keep apart.
	if s.identity.Debug == "" {
		return nil
	}
	e := &environ{debug: s.identity.Debug}
	return rows("os", "", "knows the settings of //go:debug lines and go.mod, which are in a binary otherwise", map[string]any{
		"Getenv":    func(key string) string { v, _ := e.lookup(key); return v },
		"LookupEnv": e.lookup,
		"Environ":   e.all,
		"Setenv":    e.set,
		"Unsetenv":  e.unset,
		"Clearenv":  e.clear,
		"ExpandEnv": func(text string) string {
			return os.Expand(text, func(key string) string { v, _ := e.lookup(key); return v })
		},
	})
}
