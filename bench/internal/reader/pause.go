package reader

import (
	"context"
	"math/rand/v2"
	"time"
)

// jitter is between half of d and one and a half of it, so that readers who
// lost their connections together do not all come back together.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
