package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"playground/internal/admit"
	"playground/internal/option"
	"playground/internal/protocol"
	"playground/internal/render"
	"playground/internal/sandbox"
	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// readersSource is how long the programs of readers may be, as in the Go playground. On the
// command line whole packages run with their tests and what they import, of which one in
// seven is longer.
const readersSource = "64KiB"

// limitFlags are the limits of a run, as flags.
type limitFlags struct {
	CPU    time.Duration   `name:"cpu" least:"10ms" most:"1h" default:"5s" env:"PLAYGROUND_CPU" help:"CPU time of a program, over all its threads (${env}, default ${default})."`
	Wall   time.Duration   `name:"wall" least:"10ms" most:"1h" default:"10s" env:"PLAYGROUND_WALL" help:"Elapsed time of a program (${env}, default ${default})."`
	Memory option.ByteSize `name:"memory" least:"32MiB" most:"64GiB" default:"128MiB" env:"PLAYGROUND_MEMORY" help:"Memory of a program (${env}, default ${default})."`
	Output option.ByteSize `name:"output" least:"1" most:"64MiB" default:"256KiB" env:"PLAYGROUND_OUTPUT" help:"Output of a program, both streams together (${env}, default ${default})."`
	Source option.ByteSize `name:"source" least:"1" most:"16MiB" default:"${source}" env:"PLAYGROUND_SOURCE" help:"Length of a program's text (${env}, default ${default})."`
}

func (f limitFlags) limits() sandbox.Limits {
	return sandbox.Limits{
		CPUTime: f.CPU, WallTime: f.Wall,
		Memory: int64(f.Memory), Output: int64(f.Output), Source: int64(f.Source),
	}
}

// rendering are the same limits for those who show articles.
func (f limitFlags) rendering() render.Options {
	return render.Options{MaxWall: f.Wall, MaxCPU: f.CPU, MaxMemory: int64(f.Memory), MaxSource: int(f.Source), MaxOutput: int64(f.Output)}
}

// logFlags say what is logged to standard error, and how.
type logFlags struct {
	Level  string `name:"log-level" enum:"debug,info,warn,error" default:"info" placeholder:"LEVEL" env:"PLAYGROUND_LOG_LEVEL" help:"Least that is logged: debug, info, warn or error; debug has sessions, refusals and the HTTP server's own errors (${env}, default ${default})."`
	Format string `name:"log-format" enum:"text,json" default:"text" placeholder:"FORMAT" env:"PLAYGROUND_LOG_FORMAT" help:"How it is written: text or json (${env}, default ${default})."`
}

// logger writes to w as the flags say.
func (f logFlags) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{}
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.Level)); err == nil { // else not one of the enum
		options.Level = level
	}
	if f.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// logWarnings tells authors what may be wrong with their articles.
func logWarnings(logger *slog.Logger, warnings render.Errors) {
	for _, w := range warnings {
		logger.Warn("article", "about", w.Error())
	}
}

// isolationFlags say how strong the walls must be.
type isolationFlags struct {
	Require confine.Level `name:"require-isolation" default:"${isolation}" placeholder:"LEVEL" env:"PLAYGROUND_REQUIRE_ISOLATION" help:"Refuse to run programs below this level: none, seccomp, landlock, namespaces or full (${env}, default ${default})."`
}

// defaultIsolation is the least that a program is run under unless the
// operator says otherwise. Only Linux has walls to ask for; elsewhere authors
// write on their own machines.
func defaultIsolation() string {
	if runtime.GOOS == "linux" {
		return confine.Seccomp.String()
	}
	return confine.None.String()
}

// unconfined is the one loud line.
const unconfined = "WARNING: programs run here with the rights of your user: nothing but their time and output is limited. " +
	"Run only what you would run yourself."

// checkExposure refuses to let others run programs that nothing confines.
func checkExposure(level confine.Level, listening net.Addr) error {
	if level >= confine.Seccomp || loopback(listening) {
		return nil
	}
	return fmt.Errorf("refusing to run programs for others: this system cannot confine them (isolation level %s), and %v is not a loopback address; listen on localhost, or serve from Linux", level, listening)
}

// moduleFlags say what programs may import beside the standard library and what
// is built in.
type moduleFlags struct {
	Modules string `name:"modules" placeholder:"DIR" env:"PLAYGROUND_MODULES" help:"A folder that \"go mod vendor\" made: programs may import its packages (${env})."`
}

// dir is the folder as workers are told: they have another idea of where they
// are.
func (f moduleFlags) dir() string {
	if f.Modules == "" {
		return ""
	}
	dir, err := filepath.Abs(f.Modules)
	if err != nil {
		return f.Modules
	}
	return dir
}

// check has a worker check the folder's packages and logs what programs will not
// be able to import: a vendored module often needs more than a program imports
// of it. A folder that cannot be read has kept the first worker from starting.
func (f moduleFlags) check(ctx context.Context, box *sandbox.Sandbox, logger *slog.Logger) error {
	if f.Modules == "" {
		return nil
	}
	res, err := box.Run(ctx, sandbox.Program{Task: wire.TaskModules}, func(_ context.Context, e sandbox.Event) error {
		if d, ok := e.(sandbox.Diagnosed); ok {
			logger.Warn(d.Diagnostic.Message)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("check the modules in %s: %w", f.Modules, err)
	}
	if res.Status != sandbox.StatusOK {
		return fmt.Errorf("check the modules in %s: %s", f.Modules, protocol.Reason(res))
	}
	return nil
}

// proxyFlags say who may tell us whom a request comes from.
type proxyFlags struct {
	TrustProxy []option.ProxyRange `name:"trust-proxy" placeholder:"CIDR,..." env:"PLAYGROUND_TRUST_PROXY" help:"Addresses of reverse proxies, such as 10.0.0.0/8, whose X-Forwarded-For is believed; unix for those that come by the socket file. Without it, all readers behind a proxy share what one client may have (${env})."`
}

// byFile is the address that stands for a proxy that comes by the socket file.
const byFile = "127.0.0.1:0"

// extractor finds the address that a request comes from: the last in
// X-Forwarded-For that is no trusted proxy, if a trusted proxy sends it, and else
// whoever connects: a header can claim anything.
func (f proxyFlags) extractor() echo.IPExtractor {
	if len(f.TrustProxy) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLinkLocal(false), echo.TrustPrivateNet(false), echo.TrustLoopback(false)}
	unix := false
	for _, r := range f.TrustProxy {
		if r.Unix {
			unix = true
			continue
		}
		_, ipNet, err := net.ParseCIDR(r.Prefix.String())
		if err == nil { // as it was parsed before
			trust = append(trust, echo.TrustIPRange(ipNet))
		}
	}
	extract := echo.ExtractIPFromXFFHeader(trust...)
	if !unix {
		return extract
	}
	file := echo.ExtractIPFromXFFHeader(append(trust, echo.TrustLoopback(true))...)
	return func(r *http.Request) string {
		if _, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			return extract(r)
		}
		through := *r
		through.RemoteAddr = byFile
		return file(&through)
	}
}

// client names whom a request comes from, for the bounds of each client.
func (f proxyFlags) client() func(*http.Request) string {
	extract := f.extractor()
	return func(r *http.Request) string { return admit.ClientOf(extract(r)) }
}

// trusts reports whether connections from there are a proxy's.
func (f proxyFlags) trusts(from net.Addr) bool {
	at, err := netip.ParseAddrPort(from.String())
	return slices.ContainsFunc(f.TrustProxy, func(r option.ProxyRange) bool {
		return r.Unix && err != nil || !r.Unix && r.Prefix.Contains(at.Addr().Unmap())
	})
}
