package fault

import (
	"math"
	"reflect"
	"sync"

	"playground/internal/sandbox/worker/interp/engine/goid"
)

// Indexes are ints by the time that they are checked. What no int can hold, such
// as a uint that went below zero, becomes huge: out of every range, and a number
// that no program has by accident. The panic's text must still name what the
// program had, so that is kept beside, for its goroutine: the check that fails
// follows at once, on the same goroutine.
const huge = math.MinInt

var unsigned sync.Map // from the goroutine's number to its uint64

// HugeIndex is the index for n, which is above the largest int.
func HugeIndex(n uint64) int {
	unsigned.Store(goid.Current(), n)
	return huge
}

// hugeValue is the number behind an index that HugeIndex made.
func hugeValue(i int) (uint64, bool) {
	if i != huge {
		return 0, false
	}
	n, ok := unsigned.LoadAndDelete(goid.Current())
	if !ok {
		return 0, false
	}
	return n.(uint64), true
}

// OutOfRange panics as the runtime does: by indexing something of that length,
// whose elements need no memory.
func OutOfRange(i, n int) {
	s := make([]struct{}, n)
	if u, ok := hugeValue(i); ok {
		_ = s[u]
	}
	_ = s[i]
}

// CheckSlice panics as the runtime does: by slicing something of that size.
func CheckSlice(lo, hi, most int, kind reflect.Kind) {
	if lo >= 0 && lo <= hi && hi <= most {
		return
	}
	// What is checked last is looked at first: only one number is kept.
	top, topHuge := hugeValue(hi)
	bottom, bottomHuge := hugeValue(lo)
	if kind == reflect.String || kind == reflect.Array {
		s := stringOf(most)
		switch {
		case topHuge:
			_ = s[:top]
		case bottomHuge:
			_ = s[bottom:hi]
		}
		_ = s[lo:hi]
		return
	}
	s := make([]struct{}, most)
	switch {
	case topHuge:
		_ = s[:top]
	case bottomHuge:
		_ = s[bottom:hi]
	}
	_ = s[lo:hi]
}

// CheckSlice3 is CheckSlice for three indexes.
func CheckSlice3(lo, hi, k, most int, array bool) {
	if lo >= 0 && lo <= hi && hi <= k && k <= most {
		return
	}
	if array && (k < 0 || k > most) {
		if u, ok := hugeValue(k); ok {
			panic(slice3OfArray(u, most, false))
		}
		panic(slice3OfArray(uint64(k), most, true))
	}
	s := make([]struct{}, most)
	if u, ok := hugeValue(k); ok {
		_ = s[:0:u]
	}
	if u, ok := hugeValue(hi); ok {
		_ = s[:u:k]
	}
	if u, ok := hugeValue(lo); ok {
		_ = s[u:hi:k]
	}
	_ = s[lo:hi:k]
}
