package reader

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// jitter is between half of d and one and a half of it, so that readers who
// lost their connections together do not all come back together.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// Sleep waits, or until ctx ends.
func Sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Counts is how often there was what, in words.
func Counts(m map[string]int) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(all, ", ")
}
