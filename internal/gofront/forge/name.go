//go:build go1.26 && !go1.27 && (amd64 || arm64)

package forge

import (
	"encoding/binary"
	"unsafe"
)

// name points at a name as the runtime encodes it: one byte of flags, the
// length as a varint, the bytes, and the same again for a tag.
type name struct{ bytes *byte }

const (
	nameExported = 1 << 0
	nameHasTag   = 1 << 1
	nameEmbedded = 1 << 3
)

func newName(s, tag string, flags byte) name {
	if tag != "" {
		flags |= nameHasTag
	}
	b := binary.AppendUvarint([]byte{flags}, uint64(len(s)))
	b = append(b, s...)
	if tag != "" {
		b = binary.AppendUvarint(b, uint64(len(tag)))
		b = append(b, tag...)
	}
	keep(b)
	return name{&b[0]}
}

func (n name) offset() int32 { return addReflectOff(unsafe.Pointer(n.bytes)) }

// with returns a copy of n whose flag bits are set.
func (n name) with(flags byte) name {
	b := append([]byte(nil), unsafe.Slice(n.bytes, n.size())...)
	b[0] |= flags
	keep(b)
	return name{&b[0]}
}

func (n name) size() int {
	size := 1
	for parts := 1 + int(*n.bytes&nameHasTag)/nameHasTag; parts > 0; parts-- {
		l, width := n.uvarint(size)
		size += width + l
	}
	return size
}

func (n name) uvarint(at int) (v, width int) {
	for {
		b := *(*byte)(unsafe.Add(unsafe.Pointer(n.bytes), at+width))
		v |= int(b&0x7f) << (7 * width)
		width++
		if b&0x80 == 0 {
			return v, width
		}
	}
}
