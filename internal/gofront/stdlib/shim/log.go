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
		"Output":  func(depth int, text string) error { return s.outputAt(std(), text, s.at(depth-1)) },
	})
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

func (s *Set) fatal(l *log.Logger, text string) {
	s.output(l, text)
	s.program.Exit(1)
}

func (s *Set) logPanic(l *log.Logger, text string) {
	s.output(l, text)
	panic(text)
}

// output logs text for the program's function that runs now.
func (s *Set) output(l *log.Logger, text string) { _ = s.outputAt(l, text, s.at(0)) }

// outputAt logs text. Only a logger that wants file and line needs help.
func (s *Set) outputAt(l *log.Logger, text, where string) error {
	flags := l.Flags()
	if flags&(log.Lshortfile|log.Llongfile) == 0 {
		return l.Output(2, text)
	}
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

func (k *logLocks) forget(key weak.Pointer[log.Logger]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.locks, key)
}

// stamp is the date and time of a log line.
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
