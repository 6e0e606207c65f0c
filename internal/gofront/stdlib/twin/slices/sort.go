package slices

import (
	"cmp"

	"playground/internal/gofront/stdlib/host"
)

// Sort sorts in ascending order, NaN first.
func Sort[S ~[]E, E cmp.Ordered](x S) { SortFunc(x, cmp.Compare[E]) }

// SortFunc sorts by cmp. The host sorts indices with std's own algorithm, so
// that equal elements end in the order in which compiled Go leaves them.
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	old := Clone(x)
	for i, j := range host.Sort(len(x), func(i, j int) int { return cmp(old[i], old[j]) }) {
		x[i] = old[j]
	}
}

// SortStableFunc sorts by cmp and keeps equal elements in order.
func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	old := Clone(x)
	for i, j := range host.SortStable(len(x), func(i, j int) int { return cmp(old[i], old[j]) }) {
		x[i] = old[j]
	}
}

// IsSorted reports whether x is in ascending order.
func IsSorted[S ~[]E, E cmp.Ordered](x S) bool { return IsSortedFunc(x, cmp.Compare[E]) }

// IsSortedFunc reports whether x is in the order of cmp.
func IsSortedFunc[S ~[]E, E any](x S, cmp func(a, b E) int) bool {
	for i := len(x) - 1; i > 0; i-- {
		if cmp(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}
