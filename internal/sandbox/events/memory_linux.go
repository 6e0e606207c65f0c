package events

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Descriptor is the one of the memory in a worker, until it has been mapped.
const Descriptor = 6

// NewMemory makes shared memory, for the caller's hands and as a file for a worker's.
func NewMemory() (memory []byte, file *os.File, err error) {
	fd, err := unix.MemfdCreate("events", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, nil, fmt.Errorf("make memory for events: %w", err)
	}
	file = os.NewFile(uintptr(fd), "events")
	if err := unix.Ftruncate(fd, Size); err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("make memory for events: %w", err)
	}
	// Whoever cut the file short would kill the other side.
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL); err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("seal memory for events: %w", err)
	}
	if memory, err = mapped(fd); err != nil {
		file.Close()
		return nil, nil, err
	}
	return memory, file, nil
}

// Map maps the memory that a worker has been given.
func Map() ([]byte, error) { return mapped(Descriptor) }

func mapped(fd int) ([]byte, error) {
	memory, err := unix.Mmap(fd, 0, Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map memory for events: %w", err)
	}
	return memory, nil
}

// Unmap gives memory back that NewMemory has made.
func Unmap(memory []byte) { _ = unix.Munmap(memory) }
