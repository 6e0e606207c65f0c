package confine

import (
	"fmt"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// selfLimits sets the rlimits that mean something outside Linux. RLIMIT_DATA
// does not bound mapped memory there, and the user's other processes count
// towards RLIMIT_NPROC.
func selfLimits(cfg Config) []wire.Layer {
	return []wire.Layer{
		verdict(LayerRlimits, "no core dump, no file written", setLimits(cfg)),
		off(LayerMemory, "rlimits do not bound memory on this system"),
	}
}

func setLimits(cfg Config) error {
	limits := map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: 0}
	if cfg.CPUTime > 0 {
		limits[unix.RLIMIT_CPU] = uint64(cfg.CPUTime.Seconds()) + 2
	}
	for which, v := range limits {
		if err := unix.Setrlimit(which, &unix.Rlimit{Cur: v, Max: v}); err != nil {
			return fmt.Errorf("rlimit %d: %w", which, err)
		}
	}
	return nil
}
