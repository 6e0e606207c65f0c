//go:build !linux

package gauge

import (
	"os"
	"time"
)

// Gauge has nothing to read on this system while a process runs: its CPU time
// is judged at the end, its memory not at all. The wall limit holds.
type Gauge struct{}

// Open needs nothing.
func Open(int) (*Gauge, error)                    { return &Gauge{}, nil }
func (*Gauge) Close()                             {}
func (*Gauge) CPUTime() (time.Duration, bool)     { return 0, false }
func (*Gauge) Memory() (own, file int64, ok bool) { return 0, 0, false }
func (*Gauge) Posture() (p Posture, ok bool)      { return Posture{}, false }
func (*Gauge) RunDelay() time.Duration            { return 0 }

// Posture is not known.
type Posture struct {
	Threads int
	Tables  int64
}

func (Posture) Stopped() bool { return false }

// MaxResident is not known.
func MaxResident(*os.ProcessState) int64 { return 0 }
