//go:build !linux

package sandbox

import (
	"os"
	"time"
)

// gauge has nothing to read on this system while a process runs: its CPU time
// is judged at the end, its memory not at all. The wall limit holds.
type gauge struct{}

func openGauge(int) (*gauge, error)               { return &gauge{}, nil }
func (*gauge) close()                             {}
func (*gauge) cpuTime() (time.Duration, bool)     { return 0, false }
func (*gauge) memory() (own, file int64, ok bool) { return 0, 0, false }
func (*gauge) posture() (p posture, ok bool)      { return posture{}, false }
func (*gauge) runDelay() time.Duration            { return 0 }

type posture struct {
	threads int
	tables  int64
}

func (posture) stopped() bool { return false }

func maxResident(*os.ProcessState) int64 { return 0 }
