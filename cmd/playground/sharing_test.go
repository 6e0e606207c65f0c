package main

import (
	"fmt"
	"testing"

	"playground/internal/budget"
	"playground/internal/cluster/clustertest"
)

// Where what is shared is kept: an address of a cluster is good on all of its nodes,
// also if this one has a folder.
func TestWhereSharedIsKept(t *testing.T) {
	node := clustertest.Open(t, 1, nil)[0]
	for _, c := range []struct {
		flags  shareFlags
		member *membership
		want   string
	}{
		{shareFlags{KeepShared: 1}, nil, "*share.Memory"},
		{shareFlags{KeepShared: 1, Data: t.TempDir()}, nil, "*sqlite.Store"},
		{shareFlags{KeepShared: 1}, &membership{node: node}, "*natskv.Store"},
		{shareFlags{KeepShared: 1, Data: t.TempDir()}, &membership{node: node}, "*natskv.Store"},
		{shareFlags{}, &membership{node: node}, "<nil>"},
	} {
		s, err := c.flags.open(t.Context(), budget.Budget{}, c.member)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%T", s.store); got != c.want {
			t.Errorf("%+v: %s, want %s", c.flags, got, c.want)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
}
