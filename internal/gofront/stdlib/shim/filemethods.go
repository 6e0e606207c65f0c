package shim

import (
	"io"
	"os"
	"syscall"
	"time"

	"playground/internal/gofront/memfs"
)

// errNotDir is the kernel's word for it, which programs look for with errors.Is.
const errNotDir = syscall.ENOTDIR

// fileMethodRows are the methods of *os.File: those of the file that it stands
// for, or, of a standard stream, its own.
// The descriptor of a handle does not exist, so a method without a row would say
// EBADF. Each call asks anew, since a file may be either.
func (s *Set) fileMethodRows() []Row {
	t := s.files.open
	list := rows("os", "File", whyFiles, map[string]any{
		"Read": func(f *os.File, b []byte) (int, error) {
			if m := t.Of(f); m != nil {
				return m.Read(b)
			}
			return read(f, b)
		},
		"ReadAt": func(f *os.File, b []byte, at int64) (int, error) {
			if m := t.Of(f); m != nil {
				return m.ReadAt(b, at)
			}
			return f.ReadAt(b, at)
		},
		// io.Copy prefers the next two. The library's would have the kernel copy between
		// descriptors.
		"ReadFrom": func(f *os.File, r io.Reader) (int64, error) {
			if m := t.Of(f); m != nil {
				return io.Copy(justWriter{m}, r)
			}
			return readFrom(f, r)
		},
		"WriteTo": func(f *os.File, w io.Writer) (int64, error) {
			if m := t.Of(f); m != nil {
				return io.Copy(w, justReader{m})
			}
			return writeTo(f, w)
		},
		"Write": func(f *os.File, b []byte) (int, error) {
			if m := t.Of(f); m != nil {
				return m.Write(b)
			}
			return write(f, b)
		},
		"WriteString": func(f *os.File, text string) (int, error) {
			if m := t.Of(f); m != nil {
				return m.Write([]byte(text))
			}
			return io.WriteString(f, text)
		},
		"WriteAt": func(f *os.File, b []byte, at int64) (int, error) {
			if m := t.Of(f); m != nil {
				return m.WriteAt(b, at)
			}
			return f.WriteAt(b, at)
		},
		"Seek": func(f *os.File, offset int64, whence int) (int64, error) {
			if m := t.Of(f); m != nil {
				return m.Seek(offset, whence)
			}
			return f.Seek(offset, whence)
		},
		// The table closes, for the number of the descriptor is free again then.
		"Close": func(f *os.File) error {
			if t.Of(f) != nil {
				return t.Close(f)
			}
			return f.Close()
		},
		"Stat": func(f *os.File) (os.FileInfo, error) {
			if m := t.Of(f); m != nil {
				return asInfo(m.Stat())
			}
			return f.Stat()
		},
	})
	list = append(list, rows("os", "File", whyFiles, s.directoryMethods())...)
	return append(list, rows("os", "File", whyFiles, s.attributeMethods())...)
}

// directoryMethods read directories.
func (s *Set) directoryMethods() map[string]any {
	t := s.files.open
	return map[string]any{
		"ReadDir": func(f *os.File, n int) ([]os.DirEntry, error) {
			if m := t.Of(f); m != nil {
				// At the end, or halfway, what was read counts beside the error.
				list, err := m.ReadDir(n)
				return memfs.Entries(list), err
			}
			return f.ReadDir(n)
		},
		"Readdir": func(f *os.File, n int) ([]os.FileInfo, error) {
			m := t.Of(f)
			if m == nil {
				return f.Readdir(n)
			}
			list, err := m.ReadDir(n)
			return memfs.Infos(list), err
		},
		"Readdirnames": func(f *os.File, n int) ([]string, error) {
			m := t.Of(f)
			if m == nil {
				return f.Readdirnames(n)
			}
			list, err := m.ReadDir(n)
			// Never nil, to which the library keeps as well.
			out := make([]string, len(list))
			for i, info := range list {
				out[i] = info.Name()
			}
			return out, err
		},
		"Chdir": func(f *os.File) error {
			if m := t.Of(f); m != nil {
				return m.Chdir()
			}
			return f.Chdir()
		},
	}
}

// attributeMethods change what is not a file's content.
func (s *Set) attributeMethods() map[string]any {
	t := s.files.open
	// An end of a pipe goes one way, so one deadline is all that it can have.
	deadline := func(own func(*os.File, time.Time) error) func(*os.File, time.Time) error {
		return func(f *os.File, at time.Time) error {
			if m := t.Of(f); m != nil {
				return m.SetDeadline(at)
			}
			return own(f, at)
		}
	}
	return map[string]any{
		"Truncate": func(f *os.File, size int64) error {
			if m := t.Of(f); m != nil {
				return m.Truncate(size)
			}
			return f.Truncate(size)
		},
		"Sync": func(f *os.File) error {
			if m := t.Of(f); m != nil {
				return m.Sync()
			}
			return f.Sync()
		},
		"Chmod": func(f *os.File, mode os.FileMode) error {
			if m := t.Of(f); m != nil {
				return m.Chmod(mode)
			}
			return f.Chmod(mode)
		},
		// There are no owners. Sync changes nothing, and knows whether f is closed.
		"Chown": func(f *os.File, uid, gid int) error {
			if m := t.Of(f); m != nil {
				return m.Sync()
			}
			return f.Chown(uid, gid)
		},
		"SetDeadline":      deadline((*os.File).SetDeadline),
		"SetReadDeadline":  deadline((*os.File).SetReadDeadline),
		"SetWriteDeadline": deadline((*os.File).SetWriteDeadline),
	}
}

// The worker finds what is written to the standard streams, and read from them,
// in the tables of interfaces. So a stand-in must call by way of an interface,
// and the compiler must not see what is in it.
// Inlined, the compiler would know the type and call the method without a table.

//go:noinline
func read(r io.Reader, b []byte) (int, error) { return r.Read(b) }

//go:noinline
func write(w io.Writer, b []byte) (int, error) { return w.Write(b) }

//go:noinline
func readFrom(f io.ReaderFrom, r io.Reader) (int64, error) { return f.ReadFrom(r) }

//go:noinline
func writeTo(f io.WriterTo, w io.Writer) (int64, error) { return f.WriteTo(w) }

// justWriter and justReader hide what else a file can do, as io.Copy would call
// it again.
type (
	justWriter struct{ io.Writer }
	justReader struct{ io.Reader }
)
