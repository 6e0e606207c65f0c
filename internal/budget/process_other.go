//go:build !linux

package budget

import "runtime"

// ReadOwn knows no limits here but the processors.
func ReadOwn() Machine {
	none := Limit{Most: Unlimited}
	return Machine{Cores: float64(runtime.NumCPU()), Memory: none, Pids: none, Descriptors: none}
}
