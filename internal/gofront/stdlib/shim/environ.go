package shim

import (
	"os"
	"slices"
	"strings"
	"sync"
)

// debugKey is the variable that the runtime looks at.
const debugKey = "GODEBUG"

// environ is a program's environment apart from what GODEBUG is by default.
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
