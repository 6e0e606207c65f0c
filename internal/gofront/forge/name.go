//go:build amd64 || arm64

package forge

import (
	"encoding/binary"
	"unsafe"

	"playground/internal/gofront/abi"
)

// newName encodes a name and its tag.
func newName(s, tag string, flags byte) abi.Name {
	if tag != "" {
		flags |= abi.NameHasTag
	}
	b := binary.AppendUvarint([]byte{flags}, uint64(len(s)))
	b = append(b, s...)
	if tag != "" {
		b = binary.AppendUvarint(b, uint64(len(tag)))
		b = append(b, tag...)
	}
	keep(b)
	return abi.Name{Bytes: &b[0]}
}

// nameOffset is what stands for n in descriptors.
func nameOffset(n abi.Name) int32 { return abi.AddReflectOff(unsafe.Pointer(n.Bytes)) }

// withFlags returns a copy of n whose flag bits are set.
func withFlags(n abi.Name, flags byte) abi.Name {
	b := append([]byte(nil), unsafe.Slice(n.Bytes, nameSize(n))...)
	b[0] |= flags
	keep(b)
	return abi.Name{Bytes: &b[0]}
}

func nameSize(n abi.Name) int {
	size := 1
	for parts := 1 + int(*n.Bytes&abi.NameHasTag)/abi.NameHasTag; parts > 0; parts-- {
		l, width := nameUvarint(n, size)
		size += width + l
	}
	return size
}

func nameUvarint(n abi.Name, at int) (v, width int) {
	for {
		b := *(*byte)(unsafe.Add(unsafe.Pointer(n.Bytes), at+width))
		v |= int(b&0x7f) << (7 * width)
		width++
		if b&0x80 == 0 {
			return v, width
		}
	}
}
