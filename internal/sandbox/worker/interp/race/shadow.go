package race

import (
	gosync "sync"
	"sync/atomic"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// accessed is who accessed memory, and where. Accesses of one goroutine in one call at
// one place share it.
type accessed struct {
	by     *thread
	stack  stack
	atomic bool
	write  bool
}

// cell is what is known of the accesses to some bytes: the last write, and the reads
// since then (Flanagan and Freund, FastTrack, 2009). While all reads are ordered the last
// one stands for all.
type cell struct {
	write, read epoch
	writer      *accessed
	reader      *accessed
	readers     *[]reading // of which none happened before another, if there are several
}

type reading struct {
	epoch
	*accessed
}

// granule is how many bytes share a cell, unless they are accessed in parts.
const granule = 8

// page is the cells of some memory.
type page struct {
	mu    gosync.Mutex
	base  uintptr
	cells [pageSize / granule]cell
	parts map[uintptr]*[granule]cell // of a granule, byte by byte
}

const pageSize = 512

// table finds pages.
type table struct {
	shards [64]struct {
		mu    gosync.Mutex
		pages map[uintptr]*page
	}
}

// conflict is an access that a later one is not ordered with.
type conflict struct{ before, now *accessed }

// access notes that size bytes at p are accessed, and returns the first earlier access
// that is not ordered with it.
func (d *Detector) access(t *thread, p unsafe.Pointer, size uintptr, a *accessed) (found conflict) {
	for addr, end := uintptr(p), uintptr(p)+size; addr < end; {
		pg := d.page(t, addr)
		if pg == nil {
			return found
		}
		stop := min(end, pg.base+pageSize)
		pg.mu.Lock()
		for addr < stop {
			next := min(addr&^(granule-1)+granule, end)
			if c := pg.access(t, addr, next-addr, a, &d.used); c.before != nil && found.before == nil {
				found = c
			}
			addr = next
		}
		pg.mu.Unlock()
	}
	return found
}

// access notes an access to bytes of one granule. What it needs of memory is added to used.
func (pg *page) access(t *thread, addr, size uintptr, a *accessed, used *atomic.Int64) (found conflict) {
	i := (addr - pg.base) / granule
	whole := &pg.cells[i]
	parts := pg.parts[i]
	if size == granule {
		before := whole.access(t, a)
		if parts == nil {
			return conflict{before, a}
		}
		for k := range parts {
			if b := parts[k].check(t, a); b != nil && before == nil {
				before = b
			}
		}
		if a.write {
			delete(pg.parts, i)
		}
		return conflict{before, a}
	}
	before := whole.check(t, a)
	if parts == nil {
		if pg.parts == nil {
			pg.parts = map[uintptr]*[granule]cell{}
		}
		parts = new([granule]cell)
		used.Add(int64(unsafe.Sizeof(*parts)))
		pg.parts[i] = parts
	}
	first := addr % granule
	for k := first; k < first+size; k++ {
		if b := parts[k].access(t, a); b != nil && before == nil {
			before = b
		}
	}
	return conflict{before, a}
}

// check is an earlier access that a is not ordered with, or nil.
func (c *cell) check(t *thread, a *accessed) *accessed {
	if w := c.writer; w != nil && w.by != t && !(w.atomic && a.atomic) && !t.knew(c.write) {
		return w
	}
	if !a.write {
		return nil
	}
	if r := c.reader; r != nil && r.by != t && !(r.atomic && a.atomic) && !t.knew(c.read) {
		return r
	}
	for _, r := range c.several() {
		if !(r.atomic && a.atomic) && !t.knew(r.epoch) {
			return r.accessed
		}
	}
	return nil
}

// access checks a, and notes it.
func (c *cell) access(t *thread, a *accessed) *accessed {
	now := t.now()
	if a.write && c.write == now && c.writer == a || !a.write && c.read == now && c.reader == a {
		return nil
	}
	before := c.check(t, a)
	switch {
	case a.write:
		*c = cell{write: now, writer: a}
	case c.readers != nil:
		c.another(t, reading{now, a})
	case c.reader == nil || c.reader.by == t || t.knew(c.read):
		c.read, c.reader = now, a
	default:
		c.readers = &[]reading{{c.read, c.reader}, {now, a}}
		c.read, c.reader = 0, nil
	}
	return before
}

// another adds a read to those that are not ordered, in the place of what happened
// before it.
func (c *cell) another(t *thread, r reading) {
	for i := range *c.readers {
		if t.knew((*c.readers)[i].epoch) {
			(*c.readers)[i] = r
			return
		}
	}
	*c.readers = append(*c.readers, r)
}

// several are the reads that are not ordered.
func (c *cell) several() []reading {
	if c.readers == nil {
		return nil
	}
	return *c.readers
}

// page is the page of an address, nil where nothing is watched any more.
func (d *Detector) page(t *thread, addr uintptr) *page {
	generation := d.generation.Load()
	if t.generation != generation {
		t.generation = generation
		clear(t.pages[:])
	}
	number := addr / pageSize
	if pg := t.pages[number&uintptr(len(t.pages)-1)]; pg != nil && pg.base == number*pageSize {
		return pg
	}
	t.miss()
	pages := d.table.Load()
	if pages == nil {
		return nil
	}
	s := &pages.shards[number%uintptr(len(pages.shards))]
	s.mu.Lock()
	pg := s.pages[number]
	if pg == nil {
		if d.used.Add(int64(unsafe.Sizeof(*pg))) > d.most {
			s.mu.Unlock()
			d.giveUp(variables)
			return nil
		}
		pg = &page{base: number * pageSize}
		if s.pages == nil {
			s.pages = map[uintptr]*page{}
		}
		s.pages[number] = pg
	}
	s.mu.Unlock()
	t.pages[number&uintptr(len(t.pages)-1)] = pg
	return pg
}

// accessed is what notes an access of t's.
func (t *thread) accessed(at *hook.Access, calls *hook.Stack, write, atomic bool) *accessed {
	place := uintptr(unsafe.Pointer(at)) >> 5
	if a := t.made[place&uintptr(len(t.made)-1)]; a != nil && a.stack == (stack{at, calls}) && a.write == write && a.atomic == atomic {
		return a
	}
	t.miss()
	a := &accessed{by: t, stack: stack{at, calls}, write: write, atomic: atomic}
	t.made[place&uintptr(len(t.made)-1)] = a
	return a
}
