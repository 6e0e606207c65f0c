package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"playground/internal/admit"
	"playground/internal/budget"
	"playground/internal/ops"
	"playground/internal/option"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/site"
	"playground/internal/stream"
)

// adminAt is where the admin listener is when nothing is said of it.
const adminAt = "localhost:6060"

// adminFlags say how operators look at the server.
type adminFlags struct {
	Admin      adminAddress      `name:"admin" default:"auto" placeholder:"HOST:PORT" env:"PLAYGROUND_ADMIN" help:"Address for operators, with metrics, runs and profiles: HOST:PORT, unix:PATH, off, or auto for localhost:6060 if it is free (${env}, default ${default})."`
	AdminHosts []option.HostName `name:"admin-hosts" placeholder:"NAME,..." env:"PLAYGROUND_ADMIN_HOSTS" help:"Host names, besides localhost, by which operators reach --admin (${env})."`
	OTLP       string            `name:"otlp" placeholder:"URL" env:"PLAYGROUND_OTLP" help:"Collector to send traces to by OTLP over HTTP, such as http://localhost:4318; by default the one that OTEL_EXPORTER_OTLP_ENDPOINT names, if any (${env})."`
}

// adminAddress is where the admin listener is. Its zero value is auto.
type adminAddress struct {
	option.Address
	off bool
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *adminAddress) UnmarshalText(text []byte) error {
	switch string(text) {
	case "auto":
		*a = adminAddress{}
		return nil
	case "off":
		*a = adminAddress{off: true}
		return nil
	}
	a.off = false
	return a.Address.UnmarshalText(text)
}

// String is the address as it is written.
func (a adminAddress) String() string {
	switch {
	case a.off:
		return "off"
	case a.Network == "":
		return "auto"
	}
	return a.Address.String()
}

// recorder is the server's recorder; node is the machine's name among several.
func (f adminFlags) recorder(env environment, node string, logger *slog.Logger) (*ops.Recorder, error) {
	collector, err := ops.CollectorFrom(f.OTLP, env.getenv)
	if err != nil {
		return nil, err
	}
	return ops.New(ops.Config{Version: version(), Go: runtime.Version(), Node: node, Collector: collector, Logger: logger})
}

// listen opens the admin listener. It is nil when there is to be none, or when
// nobody asked for it and another process has its place.
func (f adminFlags) listen(logger *slog.Logger) (net.Listener, error) {
	switch {
	case f.Admin.off:
		return nil, nil
	case f.Admin.Network == "unix":
		return listenFile(f.Admin.Name, 0o600)
	case f.Admin.Network == "tcp":
		l, err := net.Listen("tcp", f.Admin.Name)
		if err != nil {
			return nil, fmt.Errorf("listen on %s: %w; choose another address with --admin", f.Admin, cause(err))
		}
		return l, nil
	}
	l, err := net.Listen("tcp", adminAt)
	if err != nil {
		logger.Warn("no admin listener; choose an address with --admin, or --admin off", "address", adminAt, "err", cause(err))
		return nil, nil
	}
	return l, nil
}

// allow reports whether operators use host. A page can point a name of its own
// at this listener, but not an address: that would be the listener's own page.
func (f adminFlags) allow(host string) bool {
	var h hosts
	for _, name := range f.AdminHosts {
		h.named = append(h.named, string(name))
	}
	return h.allow(host) || net.ParseIP(requestHost(host)) != nil
}

// admin answers operators, from the start of serve until everything else has
// ended. A nil *admin answers nobody.
type admin struct {
	address net.Addr
	server  *http.Server
	done    chan struct{}
}

// serveAdmin starts answering, if there is to be a listener.
func (f adminFlags) serveAdmin(recorder *ops.Recorder, logger *slog.Logger) (*admin, error) {
	l, err := f.listen(logger)
	if l == nil {
		return nil, err
	}
	a := &admin{address: l.Addr(), done: make(chan struct{}), server: &http.Server{
		Handler:           recorder.Handler(f.allow),
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      2 * time.Minute, // a profile takes its time
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}}
	go func() {
		defer close(a.done)
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("admin listener", "err", err)
		}
	}()
	return a, nil
}

// url is where operators find it, or "".
func (a *admin) url() string {
	if a == nil {
		return ""
	}
	return shownAddress(a.address)
}

// close ends the listener, whether ctx has ended or not; whoever is being
// answered gets a second.
func (a *admin) close(ctx context.Context) {
	if a == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if a.server.Shutdown(ctx) != nil {
		_ = a.server.Close()
	}
	<-a.done
}

// closeRecorder sends the last spans, whether ctx has ended or not.
func closeRecorder(ctx context.Context, r *ops.Recorder) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	r.Close(ctx)
}

// watched is what the figures of the moment are taken from.
type watched struct {
	box         *sandbox.Sandbox
	gate        *admit.Gate
	book        *runs.Book
	sockets     *stream.Server
	connections *site.Listener
	plan        budget.Budget
	member      *membership
}

// gauges are the server's figures of the moment.
func (w watched) gauges(draining bool) ops.Gauges {
	workers, load, kept, gate := w.box.Stats(), w.box.Load(), w.book.Stats(), w.gate.Stats()
	sockets := w.sockets.Sessions()
	return ops.Gauges{
		Sockets: sockets,
		Running: workers.Running, Waiting: gate.Waiting, Idle: workers.Idle, Programs: w.plan.Programs,
		ColdStarts: workers.ColdStarts, Breaker: int(workers.Breaker),
		Cluster: w.member.gauges(), CPU: load.CPU, Memory: load.Memory, Kept: kept.Kept, KeptBytes: kept.KeptBytes, Draining: draining,
		Parts: []ops.Part{
			{Name: ops.PartPrograms, Used: int64(gate.Running), Allowed: int64(w.plan.Programs)},
			{Name: ops.PartQueue, Used: int64(gate.Waiting), Allowed: int64(gate.Queue)},
			{Name: ops.PartMemory, Used: load.Memory, Allowed: w.plan.Memory},
			{Name: ops.PartServerMemory, Used: ownMemory(), Allowed: w.plan.Server},
			{Name: ops.PartThreads, Used: int64(load.Threads), Allowed: int64(w.plan.Threads)},
			{Name: ops.PartConnections, Used: int64(w.connections.Open()), Allowed: int64(w.plan.Connections)},
			{Name: ops.PartSockets, Used: int64(sockets), Allowed: int64(w.plan.Sockets)},
			{Name: ops.PartJournals, Used: int64(kept.KeptBytes), Allowed: int64(mostKept(w.plan))},
		},
	}
}

// ownMemory is what this process holds as its limit counts it, in bytes.
func ownMemory() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}
