package engine

import (
	"strings"
	"unsafe"

	"playground/internal/gofront/ir"
)

// The trials of what a program sees of memory.

// copiesTrials are conversions with the room that runes and bytes have on the stack, and
// of bytes that are not copied.
func copiesTrials() (list []trial) {
	o := tokenOp(ir.OpConvert, ir.ConvertStack, (func(string) []rune)(nil))
	stack := tokenOp(ir.OpConvert, ir.ConvertStack, (func(string) []byte)(nil))
	shared := tokenOp(ir.OpConvert, ir.ConvertShared, (func(string) []byte)(nil))
	for _, text := range append(stringEdges, strings.Repeat("x", 32), strings.Repeat("x", 33)) {
		list = append(list, trial{name: "bytes of " + text, run: func(v variant) any {
			b := v.do(stack, text)[0].([]byte)
			return []any{string(b), cap(b)}
		}, real: func() any {
			b := []byte(text)
			clear(b[:0])
			n := cap(b)
			return []any{string(b), n}
		}}, trial{name: "shared bytes of " + text, run: func(v variant) any {
			b := v.do(shared, text)[0].([]byte)
			return []any{string(b), cap(b)}
		}, real: func() any { return []any{text, len(text)} }})
	}
	for _, text := range append(stringEdges, strings.Repeat("ä", 32), strings.Repeat("ä", 33)) {
		list = append(list, trial{name: "runes of " + text, run: func(v variant) any {
			r := v.do(o, text)[0].([]rune)
			return []any{string(r), cap(r)}
		}, real: func() any {
			r := []rune(text)
			n := cap(r)
			return []any{string(r), n}
		}})
	}
	return list
}

func unsafeTrials() []trial {
	pairs, text, none := []pair{{1, "a"}, {2, "b"}}, "text", []int(nil)
	second := unsafe.Pointer(&pairs[1])
	list := []trial{
		once(tokenOp(ir.OpUnsafe, "Add", (func(unsafe.Pointer, int) unsafe.Pointer)(nil)), func() any { return second }, unsafe.Pointer(&pairs[0]), int(unsafe.Sizeof(pair{}))),
		once(tokenOp(ir.OpUnsafe, "Add", (func(unsafe.Pointer, int) unsafe.Pointer)(nil)), func() any { return unsafe.Pointer(&pairs[0]) }, second, -int(unsafe.Sizeof(pair{}))),
		once(tokenOp(ir.OpUnsafe, "SliceData", (func([]pair) *pair)(nil)), func() any { return &pairs[0] }, pairs),
		once(tokenOp(ir.OpUnsafe, "SliceData", (func([]int) *int)(nil)), func() any { return (*int)(nil) }, none),
		once(tokenOp(ir.OpUnsafe, "StringData", (func(string) *byte)(nil)), func() any { return unsafe.StringData(text) }, text),
		once(tokenOp(ir.OpUnsafe, "Slice", (func(*int, int) []int)(nil)), func() any { return none }, (*int)(nil), 0),
		once(tokenOp(ir.OpUnsafe, "Slice", (func(*int, int) []int)(nil)), func() any { return unsafe.Slice((*int)(nil), len(text)) }, (*int)(nil), len(text)),
	}
	for _, n := range []int{0, 1, 2, -1} {
		list = append(list,
			once(tokenOp(ir.OpUnsafe, "Slice", (func(*pair, int) []pair)(nil)), func() any { return unsafe.Slice(&pairs[0], n) }, &pairs[0], n),
			once(tokenOp(ir.OpUnsafe, "String", (func(*byte, int) string)(nil)), func() any { return unsafe.String(unsafe.StringData(text), n) }, unsafe.StringData(text), n))
	}
	return list
}
