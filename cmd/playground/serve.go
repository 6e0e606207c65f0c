package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"playground/internal/budget"
	"playground/internal/ops"
	"playground/internal/option"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/sandbox/confine"
	"playground/internal/settings"
	"playground/internal/site"
	"playground/internal/stream"
)

// serveCommand serves the article and runs its readers' programs.
type serveCommand struct {
	Concurrency option.Count `name:"concurrency" default:"auto" least:"1" most:"10000" placeholder:"N" env:"PLAYGROUND_CONCURRENCY" help:"Programs that run at once at most, whatever they use; as many as the limits of the machine allow by default (${env})."`
	Queue       option.Count `name:"queue" default:"auto" least:"0" most:"100000" placeholder:"N" env:"PLAYGROUND_QUEUE" help:"Programs that may wait for their turn; 512 or twice as many as may run by default (${env})."`
	Pool        option.Count `name:"pool" default:"auto" least:"0" most:"1000" placeholder:"N" env:"PLAYGROUND_POOL" help:"Idle workers kept warm; 2 per core by default (${env})."`

	Schedules   int           `name:"schedules" default:"20000" least:"0" most:"1000000" placeholder:"N" env:"PLAYGROUND_SCHEDULES" help:"Orders of its goroutines in which a program may be run to find what else could have happened, within the limits of one run; 0 for none (${env}, default ${default})."`
	Drain       time.Duration `name:"drain" default:"10s" least:"0s" most:"1h" env:"PLAYGROUND_DRAIN" help:"What running programs get to finish when the server is asked to end (${env}, default ${default})."`
	Dev         bool          `name:"dev" help:"For authors: drafts are shown, pages follow what is saved, and show its mistakes."`
	PrintConfig bool          `name:"print-config" help:"Print each value and where it is from, and end."`

	contentFlags   `embed:""`
	listenFlags    `embed:""`
	hostFlags      `embed:""`
	proxyFlags     `embed:""`
	adminFlags     `embed:""`
	logFlags       `embed:""`
	moduleFlags    `embed:""`
	shareFlags     `embed:""`
	clusterFlags   `embed:""`
	limitFlags     `embed:""`
	isolationFlags `embed:""`
}

// orders is how many a run may ask for, below zero if none.
func (c *serveCommand) orders() int {
	if c.Schedules == 0 {
		return -1
	}
	return c.Schedules
}

// Run implements the command.
func (c *serveCommand) Run(ctx context.Context, env environment, parsed *kong.Context, values *settings.Settings) error {
	if c.PrintConfig {
		return values.Print(env.stdout, parsed)
	}
	if c.Dev && c.Post == "" && c.Content == "" {
		return errNothingToWatch
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // which would kill otherwise
	defer signal.Stop(hangup)
	plan, err := c.budget()
	if err != nil {
		return err
	}
	logger := c.logger(env.stderr)
	published, err := c.firstArticles()
	if err != nil {
		return err
	}
	logWarnings(logger, published.Warnings)
	member, err := c.join(logger)
	if err != nil {
		return err
	}
	defer member.close()
	recorder, err := c.recorder(env, member.name(), logger)
	if err != nil {
		return err
	}
	defer closeRecorder(ctx, recorder)
	admin, err := c.serveAdmin(recorder, logger)
	if err != nil {
		return err
	}
	defer admin.close(ctx)

	shared, err := c.shareFlags.open(ctx, plan, member)
	if err != nil {
		return err
	}
	defer shared.close()
	archive, err := c.shareFlags.archive(ctx, member)
	if err != nil {
		return err
	}
	if archive != nil {
		defer archive.Close()
	}

	logLayers(logger, []sandbox.Layer{confine.Server()})
	confine.Prompt()
	box, err := sandbox.New(c.sandbox(plan, logger))
	if err != nil {
		return err
	}
	logLayers(logger, box.Layers())
	if err := c.check(ctx, box, logger); err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	level := confine.LevelOf(box.Layers())
	if level < confine.Seccomp {
		fmt.Fprintln(env.stderr, unconfined)
	}
	// One more than there are cores: a thread that forks keeps the runtime's P, see
	// package sandbox. Workers have been told how many cores there are.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	gate := c.gate(plan, box)
	if plan.Server > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(plan.Server) // the collector works before a cgroup kills
	}
	book, err := runs.New(runs.Config{
		Runner: box, Gate: runs.Local(gate), Maxima: protocol.Maxima{Source: int64(c.Source), Schedules: c.orders()},
		Window: windowOf(plan), KeepBytes: mostKept(plan), Archive: archive, Logger: logger, Recorder: recorder,
	})
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	everywhere, err := member.serve(ctx, book, gate, box, plan, logger)
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	// Not before: the kernel accepts from here on, and whoever is accepted waits for an
	// answer, where a refusal would have sent it to another node at once.
	listener, err := c.listenFlags.listen(env.getenv)
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	defer listener.Close()
	if err := checkExposure(level, listener.Addr()); err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	hosts := c.hosts(listener.Addr())
	sockets, err := stream.New(stream.Config{
		Book: everywhere, Elsewhere: member.elsewhere, CutOff: member.cutOff, Shares: shared.takes(), AllowedOrigins: c.origins(), AllowHost: hosts.allow, OwnHost: hosts.own,
		Client: c.client(), MaxSessions: plan.Sockets, Logger: logger, Recorder: recorder,
	})
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	member.whenIsolated(sockets.HandOver)
	publisher, err := c.publisher(ctx, published, shownAddress(listener.Addr()), site.Config{
		Sockets: member.forReaders(sockets), API: member.forReaders(sockets.API()), Embedders: c.origins(), Shares: shared.has(), Logger: logger,
		Client: c.client(), Ready: func() bool { return ctx.Err() == nil && !member.cutOff() },
	})
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	connections := site.Bound(listener, plan.Connections, c.trusts)
	w := watched{box, gate, book, sockets, connections, plan, member}
	recorder.Watch(func() ops.Gauges { return w.gauges(ctx.Err() != nil) })
	c.announce(env.stdout, logger, published.Title(), listener.Addr(), admin.url(), level, plan)
	s := service{
		site: publisher.site, sockets: sockets, book: book, member: member, box: box, logger: logger,
		drain: c.Drain, hangup: hangup, reload: publisher.reload,
		compile: func(ctx context.Context) { publisher.compile(ctx, box) },
	}
	if c.Dev {
		s.follow = func(ctx context.Context) error { return c.follow(ctx, publisher) }
	}
	return s.serve(ctx, connections)
}

// announce tells that the server serves: one line for a person, or one record
// where the log is for machines.
func (c *serveCommand) announce(stdout io.Writer, logger *slog.Logger, title string, at net.Addr, admin string, level confine.Level, plan budget.Budget) {
	if c.Format == "json" {
		logger.Info("serving", "title", title, "address", shownAddress(at), "admin", admin, "isolation", level.String(), "go", runtime.Version(), "budget", plan.String())
		return
	}
	if admin != "" {
		admin = "; for operators: " + admin
	}
	fmt.Fprintf(stdout, "%s is served at %s (isolation %s, %s, %s a program; %s; \"playground doctor\" tells more)%s\n",
		title, shownAddress(at), level, runtime.Version(), c.Memory, plan, admin)
}

func (c *serveCommand) sandbox(plan budget.Budget, logger *slog.Logger) sandbox.Config {
	return sandbox.Config{
		Limits: c.limits(), Pool: poolOf(plan), Threads: plan.WorkerThreads, Modules: c.dir(), Isolation: c.Require,
		MemoryKills: budget.OwnMemoryKills().Count, Logger: logger,
	}
}

// logLayers keeps what confines the programs, and what does not, for whoever
// looks closer; doctor explains it.
func logLayers(logger *slog.Logger, layers []sandbox.Layer) {
	for _, l := range layers {
		logger.Debug("isolation", "layer", l.Name, "active", l.Active, "detail", l.Detail)
	}
}
