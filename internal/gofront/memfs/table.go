package memfs

import (
	"os"
	"runtime"
	"sync"
	"unsafe"
)

// Absent is added to the numbers of descriptors that a program does not have: at
// those there is nothing, so every use that is not turned aside fails with EBADF.
const Absent = 1 << 30

// Table is a program's open files and the handles that stand for them.
type Table struct {
	mu   sync.Mutex
	open map[uintptr]*entry // by what a handle and its copies point to
	used map[uintptr]bool   // descriptors
}

type entry struct {
	file *File
	fd   uintptr // 0 once it is given back
}

// NewTable returns a table without files.
func NewTable() *Table { return &Table{open: map[uintptr]*entry{}, used: map[uintptr]bool{}} }

// firstFree is the lowest descriptor that files get: the standard streams have
// those below.
const firstFree = 3

// Handle returns an *os.File that stands for f.
func (t *Table) Handle(f *File) *os.File {
	t.mu.Lock()
	defer t.mu.Unlock()
	fd := uintptr(firstFree)
	for t.used[fd] {
		fd++
	}
	h := os.NewFile(Absent+fd, f.name)
	key, e := inner(h), &entry{f, fd}
	t.open[key], t.used[fd] = e, true
	// A program that forgets to close a file gives it back when it forgets the
	// file, as package os does.
	runtime.AddCleanup((*byte)(innerPointer(h)), func(e *entry) { t.forget(key, e) }, e)
	return h
}

func (t *Table) forget(key uintptr, e *entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.release(e)
	if t.open[key] == e {
		delete(t.open, key)
	}
}

func (t *Table) release(e *entry) {
	if e.fd != 0 {
		delete(t.used, e.fd)
		e.fd = 0
	}
}

// Of returns the file that h stands for, nil if it stands for none.
func (t *Table) Of(h *os.File) *File {
	if t == nil || h == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.open[inner(h)]; e != nil {
		return e.file
	}
	return nil
}

// Close closes the file that h stands for, and gives its descriptor to the next.
func (t *Table) Close(h *os.File) error {
	t.mu.Lock()
	e := t.open[inner(h)]
	t.release(e)
	t.mu.Unlock()
	return e.file.Close()
}

// innerPointer is what a file and its copies have in common.
func innerPointer(h *os.File) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(h)) }

func inner(h *os.File) uintptr { return uintptr(innerPointer(h)) }
