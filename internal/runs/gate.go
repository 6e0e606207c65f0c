package runs

import (
	"context"
	"time"

	"playground/internal/admit"
)

// Gate finds a place to run. In one process it is an admit.Gate (see Local);
// between machines it is whatever asks those that have room.
type Gate interface {
	// Enter returns when v may run a program. While it waits, queued is told its
	// position. It returns a *admit.BusyError if v must not wait.
	Enter(ctx context.Context, v admit.Visitor, queued func(position int) error) (Lease, error)
}

// Lease is a place to run; see admit.Lease.
type Lease interface {
	// Modest reports whether the program should leave idle workers to others.
	Modest() bool
	// Started and Used tell what the program has come to.
	Started()
	Used(cpu time.Duration, memory int64, threads int)
	// Again waits for a better moment, when nothing could be run.
	Again(ctx context.Context) error
	// Leave gives the place back.
	Leave(cpu time.Duration)
}

// Local is the Gate of this process.
func Local(g *admit.Gate) Gate { return local{g} }

type local struct{ gate *admit.Gate }

func (l local) Enter(ctx context.Context, v admit.Visitor, queued func(position int) error) (Lease, error) {
	lease, err := l.gate.Enter(ctx, v, queued)
	if err != nil {
		return nil, err
	}
	return lease, nil
}
