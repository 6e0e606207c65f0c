//go:build amd64 || arm64

package forge

import (
	"sync"
	"unsafe"

	"playground/internal/gofront/abi"
)

// A chunk holds descriptors, from its start upwards, and their method tables,
// from its end downwards: a table is found by a positive 32-bit distance from
// its type. The tables of all methods that there can be fit into the part that
// descriptors leave free, so a type's chunk always has room for its table.
const (
	chunkSize    = 2 << 20
	tableReserve = 2 * slotCount * unsafe.Sizeof(abi.Method{})
)

type chunk struct {
	base   unsafe.Pointer
	used   uintptr // bytes of descriptors
	tables uintptr // offset of the lowest method table
}

// The collector does not look into chunks; what is referred to from one is in
// kept. Both live as long as the process, as does the runtime's own registry of
// types, which is why they are variables of the package. The first chunk is in
// the image: pages that no type uses cost no memory.
var (
	firstChunk [chunkSize / 8]uint64
	arenaMu    sync.Mutex
	chunks     []*chunk
	kept       []any
)

// alloc returns zeroed memory for a descriptor.
func alloc(size uintptr) (unsafe.Pointer, *chunk) {
	size = (size + 15) &^ 15
	arenaMu.Lock()
	defer arenaMu.Unlock()
	c := currentChunk(size)
	p := unsafe.Add(c.base, c.used)
	c.used += size
	return p, c
}

func currentChunk(size uintptr) *chunk {
	if n := len(chunks); n > 0 && chunks[n-1].used+size <= chunkSize-tableReserve {
		return chunks[n-1]
	}
	mem := firstChunk[:]
	if len(chunks) > 0 {
		mem = make([]uint64, chunkSize/8)
	} else {
		// The first offset that the runtime hands out is -1, by which it also
		// means "unreachable": nothing of ours may have it.
		abi.AddReflectOff(unsafe.Pointer(&mem[0]))
	}
	c := &chunk{base: unsafe.Pointer(&mem[0]), tables: chunkSize}
	chunks = append(chunks, c)
	return c
}

// table returns room for n methods of a type in c.
func (c *chunk) table(n int) []abi.Method {
	if n == 0 {
		return nil
	}
	arenaMu.Lock()
	defer arenaMu.Unlock()
	c.tables -= uintptr(n) * unsafe.Sizeof(abi.Method{})
	return unsafe.Slice((*abi.Method)(unsafe.Add(c.base, c.tables)), n)
}

func keep(v any) {
	arenaMu.Lock()
	kept = append(kept, v)
	arenaMu.Unlock()
}
