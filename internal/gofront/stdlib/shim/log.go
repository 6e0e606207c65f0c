package shim

import (
	"fmt"
	"io"
	"log"
	"runtime"
	"strings"
	"sync"
	"time"
	"weak"
)

// logRows are all that write a line. A logger counts the frames of the machine's
// stack to find its caller, and finds the interpreter there. What sets or tells
// flags, prefix and writer is the library's.
func (s *Set) logRows() []Row {
	const (
		place = "takes the interpreter for its caller, when file and line are wanted"
		ends  = place + ", and ends the process unnoticed"
	)
	std := log.Default
	list := rows("log", "", place, map[string]any{
		"Print":   func(v ...any) { s.output(std(), fmt.Sprint(v...)) },
		"Printf":  func(f string, v ...any) { s.output(std(), fmt.Sprintf(f, v...)) },
		"Println": func(v ...any) { s.output(std(), fmt.Sprintln(v...)) },
		"Panic":   func(v ...any) { s.logPanic(std(), fmt.Sprint(v...)) },
		"Panicf":  func(f string, v ...any) { s.logPanic(std(), fmt.Sprintf(f, v...)) },
		"Panicln": func(v ...any) { s.logPanic(std(), fmt.Sprintln(v...)) },
		// Depth 1 is the caller of Output: call 0 of the program's.
		"Output": func(depth int, text string) error { return s.outputAt(std(), text, s.at(depth-1)) },
	})
	// The library's own call of os.Exit is compiled, so the stand-in for os.Exit does
	// not see it: the worker would be gone before it told of the program's end.
	list = append(list, rows("log", "", ends, map[string]any{
		"Fatal":   func(v ...any) { s.fatal(std(), fmt.Sprint(v...)) },
		"Fatalf":  func(f string, v ...any) { s.fatal(std(), fmt.Sprintf(f, v...)) },
		"Fatalln": func(v ...any) { s.fatal(std(), fmt.Sprintln(v...)) },
	})...)
	list = append(list, rows("log", "Logger", place, map[string]any{
		"Print":   func(l *log.Logger, v ...any) { s.output(l, fmt.Sprint(v...)) },
		"Printf":  func(l *log.Logger, f string, v ...any) { s.output(l, fmt.Sprintf(f, v...)) },
		"Println": func(l *log.Logger, v ...any) { s.output(l, fmt.Sprintln(v...)) },
		"Panic":   func(l *log.Logger, v ...any) { s.logPanic(l, fmt.Sprint(v...)) },
		"Panicf":  func(l *log.Logger, f string, v ...any) { s.logPanic(l, fmt.Sprintf(f, v...)) },
		"Panicln": func(l *log.Logger, v ...any) { s.logPanic(l, fmt.Sprintln(v...)) },
		"Output":  func(l *log.Logger, depth int, text string) error { return s.outputAt(l, text, s.at(depth-1)) },
	})...)
	return append(list, rows("log", "Logger", ends, map[string]any{
		"Fatal":   func(l *log.Logger, v ...any) { s.fatal(l, fmt.Sprint(v...)) },
		"Fatalf":  func(l *log.Logger, f string, v ...any) { s.fatal(l, fmt.Sprintf(f, v...)) },
		"Fatalln": func(l *log.Logger, v ...any) { s.fatal(l, fmt.Sprintln(v...)) },
	})...)
}

// fatal writes first, for Exit does not return.
func (s *Set) fatal(l *log.Logger, text string) {
	s.output(l, text)
	s.program.Exit(1)
}

// logPanic panics with the text as a string, since that is what a program that
// recovers finds in compiled Go.
func (s *Set) logPanic(l *log.Logger, text string) {
	s.output(l, text)
	panic(text)
}

// output logs text for the program's function that runs now.
func (s *Set) output(l *log.Logger, text string) { _ = s.outputAt(l, text, s.at(0)) }

// outputAt logs text. Only a logger that wants file and line needs help.
func (s *Set) outputAt(l *log.Logger, text, where string) error {
	flags := l.Flags()
	// With no place to find, the library walks no stack and has its own lock.
	if flags&(log.Lshortfile|log.Llongfile) == 0 {
		return l.Output(2, text)
	}
	// The parts are in the library's order: the prefix leads, or with Lmsgprefix
	// stands just before the text.
	var b strings.Builder
	if flags&log.Lmsgprefix == 0 {
		b.WriteString(l.Prefix())
	}
	b.WriteString(stamp(flags, time.Now()))
	b.WriteString(where)
	if flags&log.Lmsgprefix != 0 {
		b.WriteString(l.Prefix())
	}
	b.WriteString(text)
	if !strings.HasSuffix(text, "\n") {
		b.WriteByte('\n')
	}
	// All formatting is done: a String method that logs to the same logger must not
	// wait for itself. One write a line, so lines of goroutines do not mix.
	lock := s.logs.of(l)
	lock.Lock()
	defer lock.Unlock()
	_, err := io.WriteString(l.Writer(), b.String())
	return err
}

// logLocks has a lock for each logger that a line was made for here: a logger
// writes one line after the other, and its own lock is out of reach. One lock
// for all would hang a program whose writer logs to another logger.
type logLocks struct {
	mu    sync.Mutex
	locks map[weak.Pointer[log.Logger]]*sync.Mutex
}

func (k *logLocks) of(l *log.Logger) *sync.Mutex {
	k.mu.Lock()
	defer k.mu.Unlock()
	// Weak, so the lock of a logger does not keep the logger.
	key := weak.Make(l)
	lock := k.locks[key]
	if lock == nil {
		if k.locks == nil {
			k.locks = map[weak.Pointer[log.Logger]]*sync.Mutex{}
		}
		lock = new(sync.Mutex)
		k.locks[key] = lock
		runtime.AddCleanup(l, k.forget, key)
	}
	return lock
}

// forget is for a logger that is gone. Another that lies at the same address has
// another weak pointer, so its lock stays.
func (k *logLocks) forget(key weak.Pointer[log.Logger]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.locks, key)
}

// stamp is the date and time of a log line.
// Microseconds imply the time of day, whether or not that is asked for.
func stamp(flags int, t time.Time) string {
	if flags&log.LUTC != 0 {
		t = t.UTC()
	}
	s := ""
	if flags&log.Ldate != 0 {
		s = t.Format("2006/01/02 ")
	}
	switch {
	case flags&log.Lmicroseconds != 0:
		s += t.Format("15:04:05.000000 ")
	case flags&log.Ltime != 0:
		s += t.Format("15:04:05 ")
	}
	return s
}
