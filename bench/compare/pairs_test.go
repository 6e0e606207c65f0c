package main

import "testing"

// The tables of the sign test: of 10 values the second and the last but one bound the
// median, of 20 the sixth and the fifteenth.
func TestInterval(t *testing.T) {
	for n, want := range map[int][2]float64{5: {1, 5}, 6: {1, 6}, 10: {2, 9}, 20: {6, 15}, 30: {10, 21}} {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(n - i)
		}
		if low, high := interval(v); low != want[0] || high != want[1] {
			t.Errorf("of %d values: %g to %g, want %v", n, low, high, want)
		}
	}
}

func TestMedian(t *testing.T) {
	if m := median([]float64{3, 1, 2}); m != 2 {
		t.Error(m)
	}
	if m := median([]float64{4, 1, 2, 3}); m != 2.5 {
		t.Error(m)
	}
}
