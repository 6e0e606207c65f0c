//go:build !linux

package events

import (
	"errors"
	"os"
)

// NewMemory fails: there is no such memory here, and no picture of a program.
func NewMemory() ([]byte, *os.File, error) {
	return nil, nil, errors.ErrUnsupported
}

// Map fails as well.
func Map() ([]byte, error) { return nil, errors.ErrUnsupported }

// Unmap is never called.
func Unmap([]byte) {}
