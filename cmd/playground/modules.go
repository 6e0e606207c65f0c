package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

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
