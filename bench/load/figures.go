//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"
)

// quantile of d; 0 of none.
func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	d = slices.Sorted(slices.Values(d))
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

// spread says the quantiles that matter.
func spread(d []time.Duration) string {
	return fmt.Sprintf("p50 %v  p99 %v  max %v  of %d", brief(quantile(d, 0.5)), brief(quantile(d, 0.99)), brief(quantile(d, 1)), len(d))
}

func brief(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func mib(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }

// median of the values, which must not be empty.
func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	return v[len(v)/2]
}
