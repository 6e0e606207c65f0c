package confine

import (
	"fmt"
	"slices"
	"strings"

	"playground/internal/sandbox/wire"
)

// Level orders what walls stand around a worker. Each level includes the ones
// below it.
type Level int

const (
	// None: a process of its own with limits on its time and output. Nothing
	// keeps a program from the files and the network of the server's user.
	None Level = iota
	// Seccomp: the system calls that reach files, processes or the network are
	// refused on every thread, and no_new_privs keeps it so.
	Seccomp
	// Landlock: a second wall of the kernel's, with other code behind it,
	// refuses every file and, by the kernel's version, TCP and signals.
	Landlock
	// Namespaces: a user (or uid) of the worker's own, and its own view of
	// processes, network, mounts and IPC.
	Namespaces
	// Full: the kernel also bounds the worker's memory and threads in a cgroup.
	Full
)

func names() []string { return []string{"none", "seccomp", "landlock", "namespaces", "full"} }

// String returns the word that ParseLevel reads.
func (l Level) String() string {
	if l < None || l > Full {
		return fmt.Sprintf("Level(%d)", int(l))
	}
	return names()[l]
}

// ParseLevel reads one of none, seccomp, landlock, namespaces, full.
func ParseLevel(s string) (Level, error) {
	if i := slices.Index(names(), s); i >= 0 {
		return Level(i), nil
	}
	return None, fmt.Errorf("unknown isolation level %q: one of %s", s, strings.Join(names(), ", "))
}

// MarshalText and UnmarshalText make a Level a flag and a JSON word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText is ParseLevel.
func (l *Level) UnmarshalText(b []byte) (err error) {
	*l, err = ParseLevel(string(b))
	return err
}

// LevelOf returns the highest level that the standing layers amount to. Give
// it the layers of one worker: those that it reported and those that its
// parent raised (Cell.Layers).
func LevelOf(layers []wire.Layer) Level {
	steps := [][]string{
		{LayerNoNewPrivs, LayerSeccomp},
		{LayerLandlock},
		{LayerUser, LayerPID, LayerNet, LayerMount, LayerIPC},
		{LayerCgroup},
	}
	level := None
	for _, needs := range steps {
		if !active(layers, needs...) {
			break
		}
		level++
	}
	return level
}
