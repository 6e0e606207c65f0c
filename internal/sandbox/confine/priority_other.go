//go:build !linux

package confine

// Lower does nothing here.
func (c *Cell) Lower(bool) {}
