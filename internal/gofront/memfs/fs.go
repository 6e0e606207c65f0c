package memfs

import (
	"io/fs"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"
)

// FS is a file system with a working directory. Its methods take paths as package
// os does, and may be called from any goroutine.
type FS struct {
	mu   sync.Mutex
	root *node
	cwd  *node
	dir  string // cwd's path
}

// umask is taken off the permissions of what is made.
const umask = 0o022

// maxLinks is how many symbolic links a path may lead through.
const maxLinks = 40

// maxNameLen is the longest name of a file, in bytes.
const maxNameLen = 255

// New returns a file system that holds /tmp and /dev/null.
func New() *FS {
	f := &FS{dir: "/"}
	f.root = &node{mode: fs.ModeDir | 0o755, children: map[string]*node{}, modified: time.Now()}
	f.root.parent, f.cwd = f.root, f.root
	f.add(f.root, "tmp", fs.ModeDir|fs.ModeSticky|0o777)
	dev := f.add(f.root, "dev", fs.ModeDir|0o755)
	f.add(dev, "null", fs.ModeDevice|fs.ModeCharDevice|0o666).null = true
	return f
}

// add makes an entry of a directory.
func (f *FS) add(dir *node, name string, mode fs.FileMode) *node {
	n := &node{mode: mode, modified: time.Now(), parent: dir}
	if mode.IsDir() {
		n.children = map[string]*node{}
	}
	dir.children[name] = n
	dir.modified = n.modified
	return n
}

// Add puts a file at a path below the top, with the directories that it needs.
func (f *FS) Add(name, data string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir := f.root
	parts := strings.Split(name, "/")
	for _, p := range parts[:len(parts)-1] {
		next := dir.children[p]
		if next == nil {
			next = f.add(dir, p, fs.ModeDir|0o755)
		}
		if !next.isDir() {
			return // the archive has a file of that name
		}
		dir = next
	}
	if last := parts[len(parts)-1]; dir.children[last] == nil {
		f.add(dir, last, 0o644).data = []byte(data)
	}
}

// place is where a path leads: an entry of a directory, which need not exist.
type place struct {
	dir  *node
	name string // empty for a path that ends in the top, . or ..
	node *node  // nil if there is none
}

// find follows a path. The last element's link is followed if follow says so.
func (f *FS) find(name string, follow bool) (place, error) {
	links := 0
	return f.findFrom(f.cwd, name, follow, &links)
}

func (f *FS) findFrom(dir *node, name string, follow bool, links *int) (place, error) {
	if name == "" {
		return place{}, syscall.ENOENT
	}
	if strings.ContainsRune(name, 0) {
		return place{}, syscall.EINVAL
	}
	if name[0] == '/' {
		dir = f.root
	}
	at := place{dir: dir.parent, node: dir}
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	for i, part := range parts {
		if at.node == nil {
			return place{}, syscall.ENOENT
		}
		if !at.node.isDir() {
			return place{}, syscall.ENOTDIR
		}
		next, err := step(at.node, part)
		if err != nil {
			return place{}, err
		}
		last := i == len(parts)-1
		if next.node != nil && next.node.mode&fs.ModeSymlink != 0 && (!last || follow || strings.HasSuffix(name, "/")) {
			if *links++; *links > maxLinks {
				return place{}, syscall.ELOOP
			}
			if next, err = f.findFrom(at.node, string(next.node.data), true, links); err != nil {
				return place{}, err
			}
		}
		at = next
	}
	if strings.HasSuffix(name, "/") && at.node != nil && !at.node.isDir() {
		return place{}, syscall.ENOTDIR
	}
	return at, nil
}

// step is one element further.
func step(dir *node, part string) (place, error) {
	switch {
	case part == ".":
		return place{dir: dir.parent, node: dir}, nil
	case part == "..":
		return place{dir: dir.parent.parent, node: dir.parent}, nil
	case len(part) > maxNameLen:
		return place{}, syscall.ENAMETOOLONG
	}
	return place{dir, part, dir.children[part]}, nil
}

// existing is find for what must be there.
func (f *FS) existing(name string, follow bool) (place, error) {
	at, err := f.find(name, follow)
	if err == nil && at.node == nil {
		err = syscall.ENOENT
	}
	return at, err
}

// Getwd is the working directory's path.
func (f *FS) Getwd() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dir
}

// Chdir makes a directory the working one.
func (f *FS) Chdir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.existing(name, true)
	if err == nil && !at.node.isDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return &fs.PathError{Op: "chdir", Path: name, Err: err}
	}
	f.cwd, f.dir = at.node, f.pathOf(at.node)
	return nil
}

// pathOf finds the path of a directory.
func (f *FS) pathOf(dir *node) string {
	var parts []string
	for ; dir != f.root; dir = dir.parent {
		name := ""
		for entry, n := range dir.parent.children {
			if n == dir {
				name = entry
			}
		}
		parts = append([]string{name}, parts...)
	}
	return "/" + path.Join(parts...)
}

// Stat describes a file; Lstat does not follow a link.
func (f *FS) Stat(name string) (*Info, error) { return f.stat("stat", name, true) }

// Lstat is Stat of a link itself.
func (f *FS) Lstat(name string) (*Info, error) { return f.stat("lstat", name, false) }

func (f *FS) stat(op, name string, follow bool) (*Info, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.existing(name, follow)
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return at.node.info(path.Base(name)), nil
}
