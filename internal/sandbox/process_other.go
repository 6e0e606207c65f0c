//go:build !linux

package sandbox

// awaitEnd has no way here to wait without reaping; Wait does both.
func (p *process) awaitEnd() { p.state, _ = p.cell.Process.Wait() }
