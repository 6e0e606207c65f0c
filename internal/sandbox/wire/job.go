package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Task is what is to be done with a program.
type Task string

// The tasks. TaskRun is the zero value.
const (
	TaskRun Task = ""
	// TaskFormat prints the program to its standard output as gofmt would,
	// with the imports of the standard library that it needs and no others.
	TaskFormat Task = "format"
	// TaskCheck says what Run would before it starts the program, and goes no
	// further.
	TaskCheck Task = "check"
	// TaskTypeScript and TaskJavaScript print what a browser runs of a program in
	// that language, a script.Script as JSON.
	TaskTypeScript Task = "typescript"
	TaskJavaScript Task = "javascript"
	// TaskAssist prints, as JSON, what an editor asks about the place At in the
	// program.
	TaskAssist Task = "assist"
	// TaskModules checks the folder of modules that the worker has, instead of
	// a program: diagnostics say what of it programs cannot import.
	TaskModules Task = "modules"
)

// Valid reports whether t is one that a client may ask for.
func (t Task) Valid() bool {
	return t == TaskRun || t == TaskFormat || t == TaskCheck || t == TaskAssist || t == TaskTypeScript || t == TaskJavaScript
}

// Job is what a worker is asked to do, once.
type Job struct {
	Task Task
	// Source is the program: one Go file, or several as a txtar archive.
	Source string
	// Args are the program's os.Args[1:].
	Args []string
	// Limits are the ones that the worker helps to hold: memory above all.
	Limits Limits
	// Interactive asks for KindReading reports: standard input comes as the
	// program asks for it.
	Interactive bool
	// Schedules asks to run the program in so many orders instead of once, of which the
	// random ones begin with the seed in Schedule. Without it, Schedule names the one order
	// in which the program is to run.
	Schedules int
	Schedule  string
	// Choices, if not nil, are what is chosen wherever a schedule has a choice, one after
	// the other; after the last of them the program is left where it is.
	Choices []int
	// Observe asks for the events of the program's goroutines (package events).
	Observe bool
	// Race asks to look for data races. They are told on standard error, as Go's race
	// detector tells them.
	Race bool
	// At is a place in Source, in bytes; TaskAssist only.
	At int
	// Procs is the program's GOMAXPROCS, at most MaxProcs; 0 leaves the machine's.
	Procs int
}

// MaxProcs is the most that a job may ask for: enough to show any contention.
const MaxProcs = 64

// Scheduled reports whether the program is to run in orders that are chosen.
func (j Job) Scheduled() bool { return j.Schedules > 0 || j.Schedule != "" || j.Choices != nil }

// MaxJob bounds an encoded Job in bytes.
const MaxJob = 8 << 20

// ErrJobTooLarge is returned for a Job whose encoding exceeds MaxJob.
var ErrJobTooLarge = errors.New("wire: job too large")

// ErrJobFormat is returned for what no WriteJob has written.
var ErrJobFormat = errors.New("wire: not a job")

// WriteJob writes j as a four-byte big-endian length and that many bytes, in one
// Write.
func WriteJob(w io.Writer, j Job) error {
	const head = 4
	c := coder{b: make([]byte, head, head+len(j.Source)+128)}
	c.job(&j)
	size := len(c.b) - head
	if size > MaxJob {
		return ErrJobTooLarge
	}
	binary.BigEndian.PutUint32(c.b, uint32(size))
	_, err := w.Write(c.b)
	return err
}

// ReadJob reads what WriteJob wrote, and not a byte more: what follows is the
// program's standard input. It returns io.EOF when the parent hung up before
// it sent anything.
func ReadJob(r io.Reader) (Job, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return Job{}, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > MaxJob {
		return Job{}, ErrJobTooLarge
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return Job{}, fmt.Errorf("read job: %w", err)
	}
	var j Job
	c := coder{b: body, reading: true}
	if c.job(&j); c.bad || len(c.b) > 0 {
		return Job{}, ErrJobFormat
	}
	return j, nil
}
