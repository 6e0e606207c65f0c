package sandbox

// awaitEnd returns when the process has ended, and leaves it to be reaped.
func (p *process) awaitEnd() { p.cell.AwaitEnd() }
