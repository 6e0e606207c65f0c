package main

import (
	"time"

	"playground/internal/option"
	"playground/internal/sandbox"
)

// limitFlags are the limits of a run, as flags.
type limitFlags struct {
	CPU    time.Duration   `name:"cpu" least:"10ms" most:"1h" default:"5s" env:"PLAYGROUND_CPU" help:"CPU time of a program, over all its threads (${env}, default ${default})."`
	Wall   time.Duration   `name:"wall" least:"10ms" most:"1h" default:"10s" env:"PLAYGROUND_WALL" help:"Elapsed time of a program (${env}, default ${default})."`
	Memory option.ByteSize `name:"memory" least:"32MiB" most:"64GiB" default:"128MiB" env:"PLAYGROUND_MEMORY" help:"Memory of a program (${env}, default ${default})."`
	Output option.ByteSize `name:"output" least:"1" most:"64MiB" default:"256KiB" env:"PLAYGROUND_OUTPUT" help:"Output of a program, both streams together (${env}, default ${default})."`
	Source option.ByteSize `name:"source" least:"1" most:"16MiB" default:"64KiB" env:"PLAYGROUND_SOURCE" help:"Length of a program's text (${env}, default ${default})."`
}

func (f limitFlags) limits() sandbox.Limits {
	return sandbox.Limits{
		CPUTime: f.CPU, WallTime: f.Wall,
		Memory: int64(f.Memory), Output: int64(f.Output), Source: int64(f.Source),
	}
}
