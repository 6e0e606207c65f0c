package budget

import (
	"fmt"
	"strings"
)

// What a server and its workers need. Tests of the packages that use it hold
// them to these figures.
const (
	// ServerDescriptors are the server's own: listeners, the poller, the log, the
	// binary, what a request opens for a moment.
	ServerDescriptors = 32
	// WorkerDescriptors are those of one worker in the server: six pipes, the
	// process twice, two gauges.
	WorkerDescriptors = 10
	// startDescriptors are held besides while a worker starts: the other ends of
	// the pipes, and those that tell of an exec that failed.
	startDescriptors = 8
	// startsPerCore is how many programs package admit lets start at once; the
	// pool starts one more worker.
	startsPerCore = 4
	// leastConnections is what a page with its files, scripts and socket needs.
	leastConnections = 16

	// ServerThreads are the server's own, the spare ones of package sandbox
	// included.
	ServerThreads = 64
	// WorkerThreads are those of a worker that does little.
	WorkerThreads = 8
	// leastThreads is what a program of many goroutines needs.
	leastThreads = 32

	// IdleWorker is what an idle worker holds, in bytes.
	IdleWorker = 12 << 20
	// The server's own memory: a fifth, within these bounds.
	leastServer = 64 << 20
	mostServer  = 384 << 20
	// A connection that has begun a request holds 22 KiB, and a server that does
	// nothing some 32 MiB.
	connectionMemory = 24 << 10
	idleServer       = 32 << 20

	programsPerCore = 128
	mostPrograms    = 1024
	idlePerCore     = 2
	mostConnections = 8192
)

// Asks are what an operator wants. Zero fields leave it to the Budget.
type Asks struct {
	Programs int   // at once
	Pool     int   // idle workers; negative: none
	Memory   int64 // limit of one program, in bytes
	Threads  int   // limit of one program
}

// Budget is what a server can promise.
type Budget struct {
	Machine  Machine
	Cores    float64
	Programs int // at once, at most
	Pool     int // idle workers
	// Memory is what all workers may hold, in bytes, and Server what the server
	// may.
	Memory, Server int64
	// PerRun is what a program counts for that has not been measured yet, in
	// bytes, and PerRunThreads in threads.
	PerRun        int64
	PerRunThreads int
	Threads       int // of all workers
	WorkerThreads int // of one worker
	Connections   int // of HTTP, websockets included
	Sockets       int // websockets
}

// ShortError says that not even one program fits into a limit.
type ShortError struct {
	What       string // what is limited
	Have, Need int64
	By         string // the limit
	Raise      string // where it is set
}

func (e *ShortError) Error() string {
	return fmt.Sprintf("not even one program fits: %s allows %s %s, and at least %s are needed; raise it with %s",
		e.By, amount(e.What, e.Have), e.What, amount(e.What, e.Need), e.Raise)
}

func amount(what string, n int64) string {
	if what == "of memory" {
		return size(n)
	}
	return fmt.Sprint(n)
}

// Make divides what a machine gives.
func Make(m Machine, a Asks) (Budget, error) {
	b := Budget{Machine: m, Cores: m.Cores}
	b.Programs = min(max(int(programsPerCore*m.Cores), programsPerCore), mostPrograms)
	if a.Programs > 0 {
		b.Programs = a.Programs
	}
	b.Pool = max(int(idlePerCore*m.Cores), idlePerCore)
	if a.Pool != 0 {
		b.Pool = max(a.Pool, 0)
	}
	for _, fit := range []func(Asks) error{b.fitDescriptors, b.fitThreads, b.fitMemory} {
		if err := fit(a); err != nil {
			return Budget{}, err
		}
	}
	b.Pool = min(b.Pool, b.Programs)
	return b, nil
}

// fitDescriptors gives half of the descriptors to workers, and what those do not
// need to connections.
func (b *Budget) fitDescriptors(Asks) error {
	free := b.Machine.Descriptors.Free()
	if free == Unlimited {
		free = 1 << 20
	}
	const need = ServerDescriptors + 2*startDescriptors + WorkerDescriptors + leastConnections
	if free < need {
		return &ShortError{
			What: "open files", Have: free, Need: need, By: b.Machine.Descriptors.By,
			Raise: `"ulimit -n" in a shell, LimitNOFILE= in a systemd unit, --ulimit nofile= for a container`,
		}
	}
	rest := int(free) - ServerDescriptors
	workers := min(b.Programs+b.Pool, rest/2/WorkerDescriptors)
	workers = max(min(workers, (rest-startDescriptors*b.starts(workers))/2/WorkerDescriptors), 1)
	b.limit(workers)
	b.Connections = min(rest-startDescriptors*b.starts(workers)-workers*WorkerDescriptors, mostConnections)
	b.Sockets = b.Connections * 3 / 4
	return nil
}

// starts is how many of some workers may be starting at once.
func (b *Budget) starts(workers int) int {
	return min(workers, max(int(startsPerCore*b.Cores), startsPerCore)) + 1
}

// limit bounds programs and idle workers together: idle ones give way.
func (b *Budget) limit(workers int) {
	b.Pool = max(min(b.Pool, workers/4), 0)
	b.Programs = max(min(b.Programs, workers-b.Pool), 1)
}

// fitThreads divides the pids. No limit counts per worker everywhere, so one
// worker may have at most a sixteenth of what all may.
func (b *Budget) fitThreads(a Asks) error {
	b.WorkerThreads = a.Threads
	free := b.Machine.Pids.Free()
	if free == Unlimited {
		free = 1 << 20
	}
	if need := int64(ServerThreads + leastThreads); free < need {
		return &ShortError{
			What: "more processes and threads", Have: free, Need: need, By: b.Machine.Pids.By,
			Raise: `--pids-limit for a container, TasksMax= or LimitNPROC= in a systemd unit, "ulimit -u" in a shell`,
		}
	}
	b.Threads = int(free) - ServerThreads
	part := max(b.Threads/16, leastThreads)
	b.WorkerThreads = min(a.Threads, part)
	b.PerRunThreads = min(b.WorkerThreads, part)
	b.limit(b.Threads / WorkerThreads)
	return nil
}

// fitMemory keeps a fifth back for the server.
func (b *Budget) fitMemory(a Asks) error {
	free := b.Machine.Memory.Free()
	if free == Unlimited {
		b.PerRun = a.Memory
		return nil
	}
	b.Server = min(max(free/5, leastServer), mostServer)
	b.Memory = free - b.Server
	b.Connections = min(b.Connections, int((b.Server-idleServer)/connectionMemory))
	b.Sockets = b.Connections * 3 / 4
	if b.Memory < a.Memory {
		return &ShortError{
			What: "of memory", Have: free, Need: a.Memory + max(a.Memory/4, leastServer), By: b.Machine.Memory.By,
			Raise: "--memory for a container or MemoryMax= in a systemd unit, or let programs have less with playground's own --memory",
		}
	}
	b.Pool = min(b.Pool, int(b.Memory/4/IdleWorker))
	b.PerRun = min(a.Memory, max(b.Memory/16, 2*IdleWorker))
	b.Programs = min(b.Programs, max(int(b.Memory/(IdleWorker/2)), 1))
	return nil
}

// String is the budget in one line.
func (b Budget) String() string {
	s := fmt.Sprintf("up to %d programs at once on %s, %d idle workers, %d connections",
		b.Programs, cores(b.Cores), b.Pool, b.Connections)
	if b.Memory > 0 {
		s += ", " + size(b.Memory) + " for programs"
	}
	return s
}

// Row is one resource, for a table: what bounds it and what that gives.
type Row struct{ Resource, Limit, Gives string }

// Rows lists what the budget was made of.
func (b Budget) Rows() []Row {
	m := b.Machine
	return []Row{
		{"processors", cores(m.Cores), fmt.Sprintf("%d idle workers", b.Pool)},
		{"memory", describe(m.Memory, size), fmt.Sprintf("%s for all programs", orAny(b.Memory))},
		{"processes and threads", describe(m.Pids, plain), fmt.Sprintf("%d for all programs, %d for each, %d programs at once", b.Threads, b.WorkerThreads, b.Programs)},
		{"open files", describe(m.Descriptors, plain), fmt.Sprintf("%d connections, %d of them websockets", b.Connections, b.Sockets)},
	}
}

func orAny(n int64) string {
	if n == 0 {
		return "no bound"
	}
	return size(n)
}

func describe(l Limit, amount func(int64) string) string {
	if l.Most == Unlimited {
		return "no limit"
	}
	s := amount(l.Most)
	if l.Used > 0 {
		s += ", " + amount(l.Used) + " in use"
	}
	return s + " (" + l.By + ")"
}

func plain(n int64) string { return fmt.Sprint(n) }

func cores(n float64) string {
	s := strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0")
	if s == "1" {
		return "1 core"
	}
	return s + " cores"
}

// size is n in GiB or MiB.
func size(n int64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
