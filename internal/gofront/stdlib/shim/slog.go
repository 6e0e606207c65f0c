package shim

import (
	"context"
	"io"
	"log"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// slogCaller is about the program counter in each record. The library takes its
// caller's, and that is a place in the interpreter.
const slogCaller = "takes the interpreter for its caller, in a record and in the source that a handler adds"

// slogRows are all that make a record of the caller's, and the two handlers that
// turn its counter into a source. Handlers keep the library's types, as programs
// hold them in variables of those.
func (s *Set) slogRows() []Row {
	list := rows("log/slog", "", slogCaller, map[string]any{
		"Log": func(ctx context.Context, l slog.Level, msg string, args ...any) {
			s.record(slog.Default(), ctx, l, msg, args)
		},
		"LogAttrs": func(ctx context.Context, l slog.Level, msg string, attrs ...slog.Attr) {
			s.record(slog.Default(), ctx, l, msg, attrs)
		},
	})
	list = append(list, rows("log/slog", "Logger", slogCaller, map[string]any{
		"Log": func(l *slog.Logger, ctx context.Context, level slog.Level, msg string, args ...any) {
			s.record(l, ctx, level, msg, args)
		},
		"LogAttrs": func(l *slog.Logger, ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
			s.record(l, ctx, level, msg, attrs)
		},
	})...)
	for name, level := range map[string]slog.Level{
		"Debug": slog.LevelDebug, "Info": slog.LevelInfo, "Warn": slog.LevelWarn, "Error": slog.LevelError,
	} {
		list = append(list,
			Row{"log/slog", "", name, slogCaller, func(msg string, args ...any) { s.record(slog.Default(), context.Background(), level, msg, args) }},
			Row{"log/slog", "", name + "Context", slogCaller, func(ctx context.Context, msg string, args ...any) { s.record(slog.Default(), ctx, level, msg, args) }},
			Row{"log/slog", "Logger", name, slogCaller, func(l *slog.Logger, msg string, args ...any) { s.record(l, context.Background(), level, msg, args) }},
			Row{"log/slog", "Logger", name + "Context", slogCaller, func(l *slog.Logger, ctx context.Context, msg string, args ...any) { s.record(l, ctx, level, msg, args) }},
		)
	}
	return append(list,
		Row{"log/slog", "", "NewLogLogger", slogCaller, func(h slog.Handler, level slog.Level) *log.Logger {
			return log.New(&recordWriter{s, h, level}, "", 0)
		}},
		Row{"log/slog", "", "NewTextHandler", slogCaller, func(w io.Writer, opts *slog.HandlerOptions) *slog.TextHandler {
			return slog.NewTextHandler(w, s.withSource(opts))
		}},
		Row{"log/slog", "", "NewJSONHandler", slogCaller, func(w io.Writer, opts *slog.HandlerOptions) *slog.JSONHandler {
			return slog.NewJSONHandler(w, s.withSource(opts))
		}},
		// A handler of the program's may pass its record to one of these by itself.
		Row{"log/slog", "TextHandler", "Handle", slogCaller, func(h *slog.TextHandler, ctx context.Context, r slog.Record) error {
			return s.handle(h, ctx, r)
		}},
		Row{"log/slog", "JSONHandler", "Handle", slogCaller, func(h *slog.JSONHandler, ctx context.Context, r slog.Record) error {
			return s.handle(h, ctx, r)
		}},
		Row{"log/slog", "Record", "Source", slogCaller, s.source},
	)
}

// recordWriter makes a record of each line that a log.Logger writes.
type recordWriter struct {
	set   *Set
	to    slog.Handler
	level slog.Level
}

func (w *recordWriter) Write(line []byte) (int, error) {
	if !w.to.Enabled(context.Background(), w.level) {
		return 0, nil // as the library says it
	}
	text := strings.TrimSuffix(string(line), "\n")
	r := slog.NewRecord(time.Now(), w.level, text, w.set.callerPC())
	return len(line), w.set.handle(w.to, context.Background(), r)
}

// record logs as the program's function that runs now. args are of any type, or
// attributes.
func (s *Set) record(l *slog.Logger, ctx context.Context, level slog.Level, msg string, args any) {
	// A program may give nil; no handler has to expect it, as in the library.
	if ctx == nil {
		ctx = context.Background()
	}
	// A level that is off must stay cheap: no walk of the calls, no counter.
	if !l.Enabled(ctx, level) {
		return
	}
	r := slog.NewRecord(time.Now(), level, msg, s.callerPC())
	switch args := args.(type) {
	case []any:
		r.Add(args...)
	case []slog.Attr:
		r.AddAttrs(args...)
	}
	// The library drops a handler's error too.
	_ = s.handle(l.Handler(), ctx, r)
}

// callerPC is the counter of the program's function that runs now: 0, for a record
// without a source, where none does.
func (s *Set) callerPC() uintptr {
	if calls := s.program.Calls(1); len(calls) > 0 {
		return s.calls.pc(calls[0])
	}
	return 0
}

// handle passes a record on. The library's handlers look its program counter up
// in the process's own tables, where it is not; what they should have found is
// kept until they ask withSource.
func (s *Set) handle(h slog.Handler, ctx context.Context, r slog.Record) error {
	// Other counters are the process's, and there the library finds them.
	if c, ok := s.callAt(r.PC); ok {
		defer s.sources.set(s.program.Goroutine(), c)()
	}
	return h.Handle(ctx, r)
}

// source is Record.Source, which asks the process's tables as well.
func (s *Set) source(r slog.Record) *slog.Source {
	if c, ok := s.callAt(r.PC); ok {
		return &slog.Source{Function: c.Name, File: c.File, Line: c.Line}
	}
	return r.Source()
}

// withSource is opts for a handler that adds the source: empty, it is filled in
// where attributes are replaced, before the program may do so.
func (s *Set) withSource(opts *slog.HandlerOptions) *slog.HandlerOptions {
	if opts == nil || !opts.AddSource {
		return opts
	}
	// A copy: the options are the program's, for other handlers too.
	with := *opts
	with.ReplaceAttr = func(groups []string, a slog.Attr) slog.Attr {
		// Only the source that the library adds is empty and outside of groups. An
		// attribute of the program's stays as it is.
		if src, ok := a.Value.Any().(*slog.Source); ok && src != nil && *src == (slog.Source{}) && len(groups) == 0 {
			if c, ok := s.sources.get(s.program.Goroutine()); ok {
				*src = slog.Source{Function: c.Name, File: c.File, Line: c.Line}
			}
		}
		if opts.ReplaceAttr != nil {
			a = opts.ReplaceAttr(groups, a)
		}
		return a
	}
	return &with
}

// sources has, for each goroutine that handles a record, the record's source.
// ReplaceAttr gets no record, so the goroutine has to lead to it. An entry is gone
// when Handle returns: there are never more than goroutines that log.
type sources struct {
	mu    sync.Mutex
	calls map[uintptr]Call
}

// set is for the time until done is called. Handlers that log are nested.
// The outer record may still need its source after the inner one is written.
func (k *sources) set(goroutine uintptr, c Call) (done func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.calls == nil {
		k.calls = map[uintptr]Call{}
	}
	outer, nested := k.calls[goroutine]
	k.calls[goroutine] = c
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if nested {
			k.calls[goroutine] = outer
		} else {
			delete(k.calls, goroutine)
		}
	}
}

func (k *sources) get(goroutine uintptr) (Call, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.calls[goroutine]
	return c, ok
}
