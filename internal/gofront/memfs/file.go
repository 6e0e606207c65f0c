package memfs

import (
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"syscall"
	"time"
)

// maxSize is the longest that a file may be, in bytes: more than any program's
// memory, little enough to be counted.
const maxSize = 1 << 40

// File is an open file: a node with a position, or an end of a pipe.
type File struct {
	fs     *FS
	name   string
	flag   int
	end    *end // of a pipe
	node   *node
	closed bool

	mu    sync.Mutex // held for one operation that moves the position
	at    int64
	names []string // what of a directory has not been read, nil before
}

// Open opens a file as os.OpenFile does.
func (f *FS) Open(name string, flag int, perm fs.FileMode) (*File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.open(name, flag, perm)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &File{fs: f, name: name, flag: flag, node: n}, nil
}

// ReadDir is os.ReadDir.
func (f *FS) ReadDir(name string) ([]*Info, error) {
	dir, err := f.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	// The library opens with O_DIRECTORY, so it is open that fails, not the reading.
	if info, err := dir.Stat(); err == nil && !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOTDIR}
	}
	return dir.ReadDir(-1)
}

func (f *FS) open(name string, flag int, perm fs.FileMode) (*node, error) {
	exclusive := flag&os.O_CREATE != 0 && flag&os.O_EXCL != 0
	at, err := f.find(name, !exclusive)
	writes := flag&(os.O_WRONLY|os.O_RDWR) != 0
	switch {
	case err != nil:
		return nil, err
	case at.node == nil && flag&os.O_CREATE == 0:
		return nil, syscall.ENOENT
	case at.node == nil && name[len(name)-1] == '/':
		return nil, syscall.EISDIR
	case at.node == nil:
		return f.add(at.dir, at.name, perm&permissions&^umask), nil
	case exclusive:
		return nil, syscall.EEXIST
	case at.node.isDir() && (writes || flag&os.O_CREATE != 0):
		return nil, syscall.EISDIR
	case flag&os.O_TRUNC != 0 && writes:
		return at.node, at.node.truncate(0)
	}
	return at.node, nil
}

// Unnamed returns an open file that is in no directory.
func (f *FS) Unnamed(name string) *File {
	return &File{fs: f, name: name, flag: os.O_RDWR, node: &node{mode: 0o600, modified: time.Now()}}
}

// Name is the name that it was opened by.
func (f *File) Name() string { return f.name }

// use begins an operation on an open file.
func (f *File) use(op string) error {
	f.fs.mu.Lock()
	if !f.closed {
		return nil
	}
	f.fs.mu.Unlock()
	return f.fail(op, fs.ErrClosed)
}

func (f *File) fail(op string, err error) error {
	return &fs.PathError{Op: op, Path: f.name, Err: err}
}

// Close closes it.
func (f *File) Close() error {
	if err := f.use("close"); err != nil {
		return err
	}
	f.closed = true
	f.fs.mu.Unlock()
	if f.end != nil {
		f.end.close()
	}
	return nil
}

// Read implements io.Reader.
func (f *File) Read(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.end != nil {
		n, err := f.end.read(b)
		return n, f.pipeError("read", err)
	}
	n, err := f.readAt("read", b, f.at)
	f.at += int64(n)
	return n, err
}

// pipeError leaves the end of a file as it is.
func (f *File) pipeError(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return f.fail(op, err)
}

// ReadAt implements io.ReaderAt.
func (f *File) ReadAt(b []byte, at int64) (n int, err error) {
	switch {
	case f.end != nil:
		return 0, f.fail("read", syscall.ESPIPE)
	case at < 0:
		return 0, &fs.PathError{Op: "readat", Path: f.name, Err: errNegative}
	}
	if n, err = f.readAt("read", b, at); err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

func (f *File) readAt(op string, b []byte, at int64) (int, error) {
	if err := f.use(op); err != nil {
		return 0, err
	}
	defer f.fs.mu.Unlock()
	switch {
	case f.flag&os.O_WRONLY != 0:
		return 0, f.fail(op, syscall.EBADF)
	case f.node.isDir():
		return 0, f.fail(op, syscall.EISDIR)
	case len(b) == 0:
		return 0, nil
	case at >= int64(len(f.node.data)):
		return 0, io.EOF
	}
	return copy(b, f.node.data[at:]), nil
}

// Write implements io.Writer.
func (f *File) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.end != nil {
		n, err := f.end.write(b)
		return n, f.pipeError("write", err)
	}
	n, end, err := f.writeAt(b, f.at, f.flag&os.O_APPEND != 0)
	if err == nil {
		f.at = end
	}
	return n, err
}

// WriteAt implements io.WriterAt.
func (f *File) WriteAt(b []byte, at int64) (n int, err error) {
	switch {
	case f.flag&os.O_APPEND != 0:
		return 0, errAppend
	case f.end != nil:
		return 0, f.fail("write", syscall.ESPIPE)
	case at < 0:
		return 0, &fs.PathError{Op: "writeat", Path: f.name, Err: errNegative}
	}
	n, _, err = f.writeAt(b, at, false)
	return n, err
}

// writeAt writes at a position, or at the end, and returns where it has come to.
func (f *File) writeAt(b []byte, at int64, atEnd bool) (n int, end int64, err error) {
	if err := f.use("write"); err != nil {
		return 0, at, err
	}
	defer f.fs.mu.Unlock()
	if f.flag&(os.O_WRONLY|os.O_RDWR) == 0 {
		return 0, at, f.fail("write", syscall.EBADF)
	}
	if f.node.null {
		return len(b), at + int64(len(b)), nil
	}
	if atEnd {
		at = int64(len(f.node.data))
	}
	end = at + int64(len(b))
	if end > int64(len(f.node.data)) && len(b) > 0 {
		if at == int64(len(f.node.data)) {
			f.node.data = append(f.node.data, b...) // room to grow, for many small writes
		} else if err := f.node.truncate(end); err != nil {
			return 0, at, f.fail("write", err)
		}
	}
	copy(f.node.data[min(at, int64(len(f.node.data))):], b)
	f.node.modified = time.Now()
	return len(b), end, nil
}

// Seek implements io.Seeker.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.use("seek"); err != nil {
		return 0, err
	}
	defer f.fs.mu.Unlock()
	if f.end != nil {
		return 0, f.fail("seek", syscall.ESPIPE)
	}
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += int64(len(f.node.data))
	default:
		return 0, f.fail("seek", syscall.EINVAL)
	}
	if offset < 0 {
		return 0, f.fail("seek", syscall.EINVAL)
	}
	f.at, f.names = offset, nil
	return offset, nil
}

// Stat describes it.
func (f *File) Stat() (*Info, error) {
	if err := f.use("stat"); err != nil {
		return nil, err
	}
	defer f.fs.mu.Unlock()
	if f.end != nil {
		return &Info{name: f.name, mode: fs.ModeNamedPipe | 0o600}, nil
	}
	return f.node.info(path.Base(f.name)), nil
}

// ReadDir reads the next n entries of a directory, all that are left if n is not
// positive.
func (f *File) ReadDir(n int) (list []*Info, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.use("readdirent"); err != nil {
		return nil, f.fail("readdirent", errClosing)
	}
	defer f.fs.mu.Unlock()
	if f.end != nil || !f.node.isDir() {
		return nil, f.fail("readdirent", syscall.ENOTDIR)
	}
	if f.names == nil {
		f.names = f.node.names()
	}
	for len(f.names) > 0 && (n <= 0 || len(list) < n) {
		if entry := f.node.children[f.names[0]]; entry != nil {
			list = append(list, entry.info(f.names[0]))
		}
		f.names = f.names[1:]
	}
	if n > 0 && len(list) == 0 {
		return nil, io.EOF
	}
	return list, nil
}

// Truncate changes its length.
func (f *File) Truncate(size int64) error {
	return f.change("truncate", func(n *node) error {
		if f.flag&(os.O_WRONLY|os.O_RDWR) == 0 {
			return syscall.EINVAL
		}
		return n.truncate(size)
	})
}

// Chmod changes its permissions.
func (f *File) Chmod(mode fs.FileMode) error {
	return f.change("chmod", func(n *node) error {
		n.mode = n.mode&^permissions | mode&permissions
		return nil
	})
}

// Chdir makes it the working directory.
func (f *File) Chdir() error {
	return f.change("chdir", func(n *node) error {
		if !n.isDir() {
			return syscall.ENOTDIR
		}
		f.fs.cwd, f.fs.dir = n, f.fs.pathOf(n)
		return nil
	})
}

// Sync finds out whether it is open: there is no disk to write to.
func (f *File) Sync() error { return f.change("sync", func(*node) error { return nil }) }

func (f *File) change(op string, do func(*node) error) error {
	if err := f.use(op); err != nil {
		return err
	}
	defer f.fs.mu.Unlock()
	if f.end != nil {
		return f.fail(op, syscall.EINVAL)
	}
	if err := do(f.node); err != nil {
		return f.fail(op, err)
	}
	return nil
}

// SetDeadline bounds how long reads and writes of a pipe wait.
func (f *File) SetDeadline(t time.Time) error {
	if err := f.use("set deadline"); err != nil {
		return err
	}
	f.fs.mu.Unlock()
	if f.end == nil {
		return f.fail("set deadline", os.ErrNoDeadline)
	}
	f.end.setDeadline(t)
	return nil
}
