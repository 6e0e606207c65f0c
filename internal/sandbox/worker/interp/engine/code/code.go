//go:build amd64 || arm64

package code

// Count is how many entries there are. The assembly files have exactly as many.
const Count = 4096

// size is the size of an entry's code in bytes.
const size = 16

// first is the address of entry 0.
var first = base()

// base returns the address of entry 0.
func base() uintptr

// At is the address of entry i.
func At(i int) uintptr { return first + uintptr(i)*size }

// Is says whether pc is an entry's address.
func Is(pc uintptr) bool { return pc-first < Count*size }

// Index is the entry that pc lies in, which Is has said.
func Index(pc uintptr) int { return int((pc - first) / size) }
