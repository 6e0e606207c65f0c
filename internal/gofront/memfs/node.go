package memfs

import (
	"io/fs"
	"maps"
	"slices"
	"time"
)

// node is a file, a directory or a link. It is guarded by its FS's lock.
type node struct {
	mode     fs.FileMode // type and permissions
	data     []byte      // of a file, or the target of a link
	children map[string]*node
	parent   *node // of a directory; its own at the top
	modified time.Time
	null     bool // /dev/null
}

func (n *node) isDir() bool { return n.mode.IsDir() }

// names lists a directory's entries, sorted.
func (n *node) names() []string { return slices.Sorted(maps.Keys(n.children)) }

// Info is what Stat says of a file.
type Info struct {
	node     *node
	name     string
	size     int64
	mode     fs.FileMode
	modified time.Time
}

// dirSize is what Linux says of a small directory's size.
const dirSize = 4096

// info describes n under a name.
func (n *node) info(name string) *Info {
	i := &Info{n, name, int64(len(n.data)), n.mode, n.modified}
	if n.isDir() {
		i.size = dirSize
	}
	return i
}

// Name implements fs.FileInfo, as the methods below do.
func (i *Info) Name() string { return i.name }

// Size is the length in bytes.
func (i *Info) Size() int64 { return i.size }

// Mode is the type and the permissions.
func (i *Info) Mode() fs.FileMode { return i.mode }

// ModTime is when the file was last changed.
func (i *Info) ModTime() time.Time { return i.modified }

// IsDir says whether it is a directory.
func (i *Info) IsDir() bool { return i.mode.IsDir() }

// Sys is nil: there is no inode behind a file here.
func (i *Info) Sys() any { return nil }

// SameFile is os.SameFile.
func SameFile(a, b fs.FileInfo) bool {
	x, ok := a.(*Info)
	y, ok2 := b.(*Info)
	return ok && ok2 && x.node != nil && x.node == y.node
}
