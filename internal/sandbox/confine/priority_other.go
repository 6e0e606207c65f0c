//go:build !linux

package confine

// Prompt does nothing here.
func Prompt() {}

// Lower does nothing here.
func (c *Cell) Lower(bool) {}
