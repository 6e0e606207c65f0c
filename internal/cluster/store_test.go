package cluster

import (
	"testing"

	"playground/internal/cluster/authority"
)

// What a node has acknowledged is on its disk: the engine's own default is to write
// it there every two minutes, and no test that kills processes would notice. A node
// without a folder stores nothing.
func TestStoredMeansOnDisk(t *testing.T) {
	dir := t.TempDir()
	if _, err := authority.Issue(dir, []string{"localhost"}); err != nil {
		t.Fatal(err)
	}
	k, err := readKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, store := range []string{"", t.TempDir()} {
		n := &Node{cfg: Config{Cluster: "c", Node: "n", Listen: "127.0.0.1:0", Store: store}}
		o, err := n.options(k)
		if err != nil {
			t.Fatal(err)
		}
		if stores := store != ""; o.JetStream != stores || o.SyncAlways != stores || o.StoreDir != store {
			t.Errorf("store %q: JetStream %v in %q, synced always %v", store, o.JetStream, o.StoreDir, o.SyncAlways)
		}
	}
}
