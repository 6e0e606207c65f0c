package main

import (
	"context"
	"fmt"
	"time"

	"playground/internal/budget"
	"playground/internal/share"
	"playground/internal/share/natskv"
	"playground/internal/share/sqlite"
	"playground/internal/site"
	"playground/internal/stream"
)

// What is shared may take so many bytes in all: of a file, and of memory, where a
// small server has less.
const (
	mostInFile   = 1 << 30
	mostInMemory = 32 << 20
	// mostEnded bounds the runs that ended and are kept beside that, for minutes.
	mostEnded = 256 << 20
)

// shareFlags say how long what readers share is kept, and where.
type shareFlags struct {
	Data       string        `name:"data" placeholder:"DIR" env:"PLAYGROUND_DATA" help:"A folder for what readers share and runs that ended, which outlives the server; in memory without. In a cluster, three nodes have one (${env})."`
	KeepShared time.Duration `name:"keep-shared" default:"2160h" least:"0s" most:"87600h" env:"PLAYGROUND_KEEP_SHARED" help:"How long what readers share is kept after it was shared last; 0 to let nobody share (${env}, default ${default})."`
}

// sharing is what was shared, or nothing if nobody may.
type sharing struct {
	shelf *share.Shelf
	store share.Store
}

func (f shareFlags) open(ctx context.Context, plan budget.Budget, m *membership) (s sharing, err error) {
	if f.KeepShared == 0 {
		return s, nil
	}
	if s.store, err = f.keep(ctx, plan, m); err != nil {
		return sharing{}, err
	}
	s.shelf = share.New(share.Config{Store: s.store, Keep: f.KeepShared})
	return s, nil
}

// keep opens where it is kept: by a cluster's nodes that store, whatever this one
// does, because an address must be good on all of them.
func (f shareFlags) keep(ctx context.Context, plan budget.Budget, m *membership) (share.Store, error) {
	if m != nil {
		return natskv.New(m.node.Conn(), natskv.Config{Cluster: m.node.Cluster(), Most: mostInFile})
	}
	if f.Data == "" {
		most := int64(mostInMemory)
		if plan.Server > 0 {
			most = min(most, plan.Server/8)
		}
		return share.NewMemory(most), nil
	}
	s, err := sqlite.Open(ctx, f.Data, sqlite.Shares, mostInFile)
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	return s, nil
}

// archive opens where ended runs outlive this process, as what is shared does; nil
// where that is nowhere.
func (f shareFlags) archive(ctx context.Context, m *membership) (share.Store, error) {
	switch {
	case m != nil:
		return natskv.New(m.node.Conn(), natskv.Config{Cluster: m.node.Cluster(), Kind: natskv.Runs, Most: mostEnded})
	case f.Data == "":
		return nil, nil
	}
	s, err := sqlite.Open(ctx, f.Data, sqlite.Runs, mostEnded)
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	return s, nil
}

// takes is who keeps what is shared; nil where nobody may share.
func (s sharing) takes() stream.Shares {
	if s.shelf == nil {
		return nil
	}
	return s.shelf
}

// has is who has what is shared; nil where nobody may share.
func (s sharing) has() site.Shares {
	if s.shelf == nil {
		return nil
	}
	return s.shelf
}

func (s sharing) close() error {
	if s.store == nil {
		return nil
	}
	return s.store.Close()
}
