package host

import "slices"

// Sort returns the permutation that std's SortFunc makes of n elements: the
// element that ends at i was at Sort(n, cmp)[i]. cmp compares by index.
func Sort(n int, cmp func(i, j int) int) []int {
	p := indices(n)
	slices.SortFunc(p, cmp)
	return p
}

// SortStable is Sort for SortStableFunc.
func SortStable(n int, cmp func(i, j int) int) []int {
	p := indices(n)
	slices.SortStableFunc(p, cmp)
	return p
}

func indices(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}
