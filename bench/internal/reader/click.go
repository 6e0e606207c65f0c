package reader

import (
	"context"
	"time"
)

// Click is a program that a reader wants to see through: when the server is
// busy the reader waits as long as it was told and tries again.
type Click struct {
	*Run                   // the last try
	First    time.Duration // from the click to the first output, over all tries
	Refusals map[string]int
	Promises int // refusals that said when to come again
	Broken   int // tries after the promised time that were refused again
	Faults   []string
}

// Through reports whether the program ended by itself, as status says.
func (c *Click) Through(status string) bool { return c.Ended() == status }

// unpromised is how long a reader waits who was not told.
const unpromised = time.Second

// Click runs p until it gets through, for as long as patience lasts.
func (r *Reader) Click(ctx context.Context, p Program, patience time.Duration) *Click {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := &Click{Refusals: map[string]int{}}
	begun, promised := time.Now(), false
	for {
		c.Run = r.Run(ctx, p)
		c.Faults = append(c.Faults, c.Run.Faults...)
		if c.Run.First > 0 {
			c.First = c.Clicked.Sub(begun) + c.Run.First
		}
		if !c.Refused() {
			return c
		}
		c.Refusals[c.Last.Code]++
		if promised {
			c.Broken++
		}
		wait := c.Promised()
		if promised = wait > 0; promised {
			c.Promises++
		} else {
			wait = unpromised
		}
		Sleep(ctx, wait)
		if ctx.Err() != nil {
			return c
		}
	}
}
