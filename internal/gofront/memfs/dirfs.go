package memfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// dirFS is what os.DirFS returns.
type dirFS struct {
	fs  *FS
	dir string
}

var errNoRoot = errors.New("os: DirFS with empty root")

// DirFS is os.DirFS: the tree below a directory, by slash-separated paths.
func (f *FS) DirFS(dir string) fs.FS { return dirFS{f, dir} }

// within is the path of a name below the directory. Errors tell the name alone.
func (d dirFS) within(op, name string) (string, error) {
	if d.dir == "" {
		return "", &fs.PathError{Op: op, Path: name, Err: errNoRoot}
	}
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return d.dir + "/" + name, nil
}

func named(err error, name string) error {
	if e, ok := err.(*fs.PathError); ok {
		e.Path = name
	}
	return err
}

// Open implements fs.FS.
func (d dirFS) Open(name string) (fs.File, error) {
	return d.open("open", name)
}

// open is Open for op, which is what an error about the name itself tells; others
// tell what was asked of the system.
func (d dirFS) open(op, name string) (fs.File, error) {
	full, err := d.within(op, name)
	if err != nil {
		return nil, err
	}
	f, err := d.fs.Open(full, os.O_RDONLY, 0)
	if err != nil {
		return nil, named(err, name)
	}
	return dirFile{f}, nil
}

// ReadFile implements fs.ReadFileFS.
func (d dirFS) ReadFile(name string) ([]byte, error) {
	f, err := d.open("readfile", name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, named(err, name)
}

// ReadDir implements fs.ReadDirFS.
func (d dirFS) ReadDir(name string) ([]fs.DirEntry, error) {
	full, err := d.within("readdir", name)
	if err != nil {
		return nil, err
	}
	list, err := d.fs.ReadDir(full)
	return Entries(list), named(err, name)
}

// Stat implements fs.StatFS.
func (d dirFS) Stat(name string) (fs.FileInfo, error) { return d.info("stat", name, d.fs.Stat) }

// Lstat implements fs.ReadLinkFS.
func (d dirFS) Lstat(name string) (fs.FileInfo, error) { return d.info("lstat", name, d.fs.Lstat) }

func (d dirFS) info(op, name string, of func(string) (*Info, error)) (fs.FileInfo, error) {
	full, err := d.within(op, name)
	if err != nil {
		return nil, err
	}
	i, err := of(full)
	if err != nil {
		return nil, named(err, name)
	}
	i.name = path.Base(name)
	return i, nil
}

// ReadLink implements fs.ReadLinkFS. Its errors alone tell the whole path.
func (d dirFS) ReadLink(name string) (string, error) {
	full, err := d.within("readlink", name)
	if err != nil {
		return "", err
	}
	return d.fs.Readlink(full)
}

// dirFile is a file of a dirFS.
type dirFile struct{ *File }

// Stat implements fs.File.
func (f dirFile) Stat() (fs.FileInfo, error) {
	i, err := f.File.Stat()
	if err != nil {
		return nil, err
	}
	return i, nil
}

// ReadDir implements fs.ReadDirFile.
func (f dirFile) ReadDir(n int) ([]fs.DirEntry, error) {
	list, err := f.File.ReadDir(n)
	return Entries(list), err
}

// Infos are what the older reader gets.
func Infos(list []*Info) []fs.FileInfo {
	out := make([]fs.FileInfo, len(list))
	for i, info := range list {
		out[i] = info
	}
	return out
}

// Entries are what a directory's reader gets.
func Entries(list []*Info) []fs.DirEntry {
	out := make([]fs.DirEntry, len(list))
	for i, info := range list {
		out[i] = fs.FileInfoToDirEntry(info)
	}
	return out
}
