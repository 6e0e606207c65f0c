package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"playground/internal/sandbox"
)

// limitFlags are the limits of a run, as flags.
type limitFlags struct {
	CPU    time.Duration `name:"cpu" least:"10ms" most:"1h" default:"5s" env:"PLAYGROUND_CPU" help:"CPU time of a program, over all its threads (${env}, default ${default})."`
	Wall   time.Duration `name:"wall" least:"10ms" most:"1h" default:"10s" env:"PLAYGROUND_WALL" help:"Elapsed time of a program (${env}, default ${default})."`
	Memory byteSize      `name:"memory" least:"32MiB" most:"64GiB" default:"128MiB" env:"PLAYGROUND_MEMORY" help:"Memory of a program (${env}, default ${default})."`
	Output byteSize      `name:"output" least:"1" most:"64MiB" default:"256KiB" env:"PLAYGROUND_OUTPUT" help:"Output of a program, both streams together (${env}, default ${default})."`
	Source byteSize      `name:"source" least:"1" most:"16MiB" default:"64KiB" env:"PLAYGROUND_SOURCE" help:"Length of a program's text (${env}, default ${default})."`
}

func (f limitFlags) limits() sandbox.Limits {
	return sandbox.Limits{
		CPUTime: f.CPU, WallTime: f.Wall,
		Memory: int64(f.Memory), Output: int64(f.Output), Source: int64(f.Source),
	}
}

// byteSize is a number of bytes, written as 4096, 64KiB or 128MiB.
type byteSize int64

var units = []struct {
	suffix string
	bytes  int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *byteSize) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 1 || n > (1<<40)/u.bytes {
			break
		}
		*b = byteSize(n * u.bytes)
		return nil
	}
	return fmt.Errorf("%q is not a size; write bytes, or a whole number of KiB, MiB or GiB, such as 128MiB", s)
}

// MarshalText implements encoding.TextMarshaler: the size as it is read.
func (b byteSize) MarshalText() ([]byte, error) {
	return []byte(strings.TrimSuffix(strings.ReplaceAll(b.String(), " ", ""), "bytes")), nil
}

// String is the size in the largest unit that divides it.
func (b byteSize) String() string {
	for i := 2; i >= 0; i-- {
		if u := units[i]; int64(b)%u.bytes == 0 && b > 0 {
			return fmt.Sprintf("%d %s", int64(b)/u.bytes, u.suffix)
		}
	}
	return fmt.Sprintf("%d bytes", int64(b))
}

// count is a number of things, or auto for as many as suits the machine. Its
// zero value is auto, and none is negative, as the packages below have it.
type count int

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *count) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "auto" {
		*c = 0
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no number of things; write 0 or more, or auto", s)
	}
	*c = count(n)
	if n == 0 {
		*c = -1
	}
	return nil
}

// String is the number, or auto.
func (c count) String() string {
	if c == 0 {
		return "auto"
	}
	return strconv.Itoa(max(int(c), 0))
}
