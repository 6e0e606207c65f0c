package memfs

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// permissions are the bits of a mode that a file keeps.
const permissions = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

// Mkdir makes a directory.
func (f *FS) Mkdir(name string, perm fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.find(name, false)
	switch {
	case err != nil:
	case at.node != nil:
		err = syscall.EEXIST
	default:
		f.add(at.dir, at.name, fs.ModeDir|perm&permissions&^umask)
		return nil
	}
	return &fs.PathError{Op: "mkdir", Path: name, Err: err}
}

// Remove removes a file or an empty directory.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.existing(name, false)
	switch {
	case err != nil:
	case at.name == "":
		err = syscall.EINVAL
		if at.node == f.root {
			err = syscall.EBUSY
		}
	case len(at.node.children) > 0:
		err = syscall.ENOTEMPTY
	default:
		f.unlink(at)
		return nil
	}
	return &fs.PathError{Op: "remove", Path: name, Err: err}
}

func (f *FS) unlink(at place) {
	delete(at.dir.children, at.name)
	at.dir.modified = time.Now()
}

// RemoveAll removes a file, or a directory with all that is in it. What is not
// there is no error.
func (f *FS) RemoveAll(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if name == "" {
		return nil
	}
	at, err := f.find(name, false)
	switch {
	case name == "." || len(name) > 1 && name[len(name)-2:] == "/.":
		return &fs.PathError{Op: "RemoveAll", Path: name, Err: syscall.EINVAL}
	case err == syscall.ENOENT || err == nil && at.node == nil:
		return nil
	case err != nil:
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	case at.name == "":
		return &fs.PathError{Op: "unlinkat", Path: name, Err: syscall.EBUSY}
	}
	f.unlink(at)
	return nil
}

// Rename moves a file, over another if there is one.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.rename(from, to)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

func (f *FS) rename(from, to string) error {
	old, err := f.existing(from, false)
	if err != nil {
		return err
	}
	at, err := f.find(to, false)
	switch {
	case err != nil:
		return err
	case old.name == "" || at.name == "":
		return syscall.EBUSY
	case at.node == old.node:
		return nil
	case at.node != nil && at.node.isDir() && !old.node.isDir():
		return syscall.EEXIST // as package os has it
	case at.node != nil && !at.node.isDir() && old.node.isDir():
		return syscall.ENOTDIR
	case at.node != nil && len(at.node.children) > 0:
		return syscall.ENOTEMPTY
	}
	for up := at.dir; ; up = up.parent {
		if up == old.node {
			return syscall.EINVAL // into itself
		}
		if up == f.root {
			break
		}
	}
	f.unlink(old)
	at.dir.children[at.name] = old.node
	old.node.parent, at.dir.modified = at.dir, time.Now()
	return nil
}

// Link makes another name for a file.
func (f *FS) Link(old, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	from, err := f.existing(old, false)
	var at place
	if err == nil {
		at, err = f.find(name, false)
	}
	switch {
	case err != nil:
	case at.node != nil:
		err = syscall.EEXIST
	case from.node.isDir():
		err = syscall.EPERM
	default:
		at.dir.children[at.name] = from.node
		return nil
	}
	return &os.LinkError{Op: "link", Old: old, New: name, Err: err}
}

// Symlink makes a link to a path, which need not lead anywhere.
func (f *FS) Symlink(target, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.find(name, false)
	switch {
	case err != nil:
	case at.node != nil:
		err = syscall.EEXIST
	case target == "":
		err = syscall.ENOENT
	default:
		f.add(at.dir, at.name, fs.ModeSymlink|0o777).data = []byte(target)
		return nil
	}
	return &os.LinkError{Op: "symlink", Old: target, New: name, Err: err}
}

// Readlink is where a link leads.
func (f *FS) Readlink(name string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.existing(name, false)
	if err == nil && at.node.mode&fs.ModeSymlink == 0 {
		err = syscall.EINVAL
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return string(at.node.data), nil
}

// Chmod changes permissions.
func (f *FS) Chmod(name string, mode fs.FileMode) error {
	return f.change("chmod", name, func(n *node) error {
		n.mode = n.mode&^permissions | mode&permissions
		return nil
	})
}

// Chtimes changes when a file was last changed; the zero time leaves it.
func (f *FS) Chtimes(name string, modified time.Time) error {
	return f.change("chtimes", name, func(n *node) error {
		if !modified.IsZero() {
			n.modified = modified
		}
		return nil
	})
}

// Chown finds out whether there is a file: all of them have one owner.
func (f *FS) Chown(name string) error {
	return f.change("chown", name, func(*node) error { return nil })
}

// Truncate changes a file's length.
func (f *FS) Truncate(name string, size int64) error {
	return f.change("truncate", name, func(n *node) error { return n.truncate(size) })
}

func (f *FS) change(op, name string, do func(*node) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, err := f.existing(name, true)
	if err == nil {
		err = do(at.node)
	}
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

// truncate cuts or lengthens a file.
func (n *node) truncate(size int64) error {
	switch {
	case n.isDir():
		return syscall.EISDIR
	case size < 0:
		return syscall.EINVAL
	case size > maxSize:
		return syscall.EFBIG
	case n.null:
		return nil
	}
	if grow := size - int64(len(n.data)); grow > 0 {
		n.data = append(n.data, make([]byte, grow)...)
	}
	n.data = n.data[:size]
	n.modified = time.Now()
	return nil
}
