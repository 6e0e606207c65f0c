package shim

import (
	"cmp"
	"embed"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"playground/internal/gofront/memfs"
)

// files is the program's file system and its open files.
type files struct {
	fs   *memfs.FS
	open *memfs.Table
}

func newFiles() *files { return &files{memfs.New(), memfs.NewTable()} }

// Files are the program's open files, for whoever turns compiled code's calls of
// *os.File's methods to them.
func (s *Set) Files() *memfs.Table { return s.files.open }

// AddFile puts a file into the program's file system, by its path below the
// working directory.
func (s *Set) AddFile(name, data string) { s.files.fs.Add(name, data) }

// Dir is a directory of the program's file system.
func (s *Set) Dir(name string) fs.FS { return s.files.fs.DirFS(name) }

// ChangeDir makes a directory of the program's file system the working one.
func (s *Set) ChangeDir(name string) error { return s.files.fs.Chdir(name) }

// whyFiles is why a program has a file system of its own.
const whyFiles = "is refused by the walls; a program has a file system of its own, in its memory"

// fileRows are the functions of package os that take paths.
// What a path alone decides goes to the tree as it is; the others need a handle, or
// the library's way of doing it in steps.
func (s *Set) fileRows() []Row {
	f := s.files
	return rows("os", "", whyFiles, map[string]any{
		"Open":     func(name string) (*os.File, error) { return f.openFile(name, os.O_RDONLY, 0) },
		"Create":   func(name string) (*os.File, error) { return f.openFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666) },
		"OpenFile": f.openFile,
		"ReadFile": f.readFile, "WriteFile": f.writeFile, "ReadDir": f.readDir,
		"Stat": f.stat, "Lstat": f.lstat,
		"Mkdir": f.fs.Mkdir, "MkdirAll": f.mkdirAll, "MkdirTemp": f.mkdirTemp, "CreateTemp": f.createTemp,
		"Remove": f.fs.Remove, "RemoveAll": f.fs.RemoveAll, "Rename": f.fs.Rename,
		"Truncate": f.fs.Truncate, "Chmod": f.fs.Chmod,
		// Only the time of change is kept.
		"Chtimes": func(name string, _, modified time.Time) error { return f.fs.Chtimes(name, modified) },
		// Nobody else is there to own a file: only whether there is one is asked.
		"Chown":  func(name string, _, _ int) error { return f.fs.Chown(name) },
		"Lchown": func(name string, _, _ int) error { return f.fs.Chown(name) },
		"Link":   f.fs.Link, "Symlink": f.fs.Symlink, "Readlink": f.fs.Readlink,
		"Getwd": func() (string, error) { return f.fs.Getwd(), nil }, "Chdir": f.fs.Chdir,
		// os.SameFile knows descriptions of its own only, and says no to all others.
		"Pipe": f.pipe, "DirFS": f.fs.DirFS, "CopyFS": f.copyFS, "SameFile": memfs.SameFile,
		// A root is a descriptor of the kernel's, and its methods are not replaced.
		"OpenRoot":   func(name string) (*os.Root, error) { return nil, noRoot(name) },
		"OpenInRoot": func(_, name string) (*os.File, error) { return nil, noRoot(name) },
	})
}

// noRoot says what to use in its place: an error alone would look like a missing
// file.
func noRoot(name string) error {
	return &os.PathError{Op: "openat", Path: name, Err: errors.New("os.Root is not available here: use os.DirFS or paths")}
}

// openFile gives a handle: *os.File is a struct of the library's, so a file in memory
// can only have its type by standing behind one.
func (f *files) openFile(name string, flag int, perm os.FileMode) (*os.File, error) {
	file, err := f.fs.Open(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return f.open.Handle(file), nil
}

// readFile opens without a handle, as all do that give no file away: nothing has to
// be closed then, and no number of a descriptor is taken that a program could see.
func (f *files) readFile(name string) ([]byte, error) {
	file, err := f.fs.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return b, nil
}

func (f *files) writeFile(name string, data []byte, perm os.FileMode) error {
	file, err := f.fs.Open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err == nil {
		_, err = file.Write(data)
	}
	return err
}

func (f *files) readDir(name string) ([]os.DirEntry, error) {
	list, err := f.fs.ReadDir(name)
	return memfs.Entries(list), err
}

func (f *files) stat(name string) (os.FileInfo, error) { return asInfo(f.fs.Stat(name)) }

func (f *files) lstat(name string) (os.FileInfo, error) { return asInfo(f.fs.Lstat(name)) }

// asInfo keeps a missing description from becoming an interface that is not nil.
func asInfo(i *memfs.Info, err error) (os.FileInfo, error) {
	if err != nil {
		return nil, err
	}
	return i, nil
}

// mkdirAll makes a directory and those that it lies in, where they are missing.
// The steps are the library's, so an error names the same part of the path.
func (f *files) mkdirAll(name string, perm os.FileMode) error {
	if i, err := f.fs.Stat(name); err == nil {
		if i.IsDir() {
			return nil
		}
		return &os.PathError{Op: "mkdir", Path: name, Err: errNotDir}
	}
	if i := strings.LastIndexByte(strings.TrimRight(name, "/"), '/'); i > 0 {
		if err := f.mkdirAll(name[:i], perm); err != nil {
			return err
		}
	}
	err := f.fs.Mkdir(name, perm)
	// Another goroutine may have made it meanwhile.
	if errors.Is(err, fs.ErrExist) {
		if i, e := f.fs.Lstat(name); e == nil && i.IsDir() {
			return nil
		}
	}
	return err
}

// maxTries bounds the search for a name that is free.
// The library gives up after as many.
const maxTries = 10000

// temp finds a free name for a pattern and has it made.
func (f *files) temp(op, dir, pattern string, do func(name string) error) (string, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	// A pattern is of one name. With a slash it could lead out of dir.
	if strings.ContainsRune(pattern, '/') {
		return "", &os.PathError{Op: op, Path: pattern, Err: errors.New("pattern contains path separator")}
	}
	prefix, suffix := pattern, ""
	if i := strings.LastIndexByte(pattern, '*'); i >= 0 {
		prefix, suffix = pattern[:i], pattern[i+1:]
	}
	if !strings.HasSuffix(dir, "/") {
		dir += "/"
	}
	for range maxTries {
		name := dir + prefix + strconv.FormatUint(uint64(rand.Uint32()), 10) + suffix
		err := do(name)
		// Only a name that is taken is worth another try.
		if !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
	return "", &os.PathError{Op: op, Path: dir + prefix + "*" + suffix, Err: os.ErrExist}
}

func (f *files) mkdirTemp(dir, pattern string) (string, error) {
	name, err := f.temp("mkdirtemp", dir, pattern, func(name string) error { return f.fs.Mkdir(name, 0o700) })
	// It is dir that is missing, and not the name, which the program never saw.
	if errors.Is(err, fs.ErrNotExist) {
		_, err = f.fs.Stat(dir)
	}
	if err != nil {
		return "", err
	}
	return name, nil
}

// createTemp opens with O_EXCL: of two goroutines with one name only one gets it,
// and the other tries again.
func (f *files) createTemp(dir, pattern string) (file *os.File, err error) {
	_, err = f.temp("createtemp", dir, pattern, func(name string) error {
		file, err = f.openFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	return file, err
}

// pipe is os.Pipe. The walls refuse one of the kernel's. And of this one the runtime
// sees who waits: ends that wait for each other are a deadlock, as they should be.
func (f *files) pipe() (r, w *os.File, err error) {
	from, to := f.fs.Pipe()
	return f.open.Handle(from), f.open.Handle(to), nil
}

// copyFS copies a tree into a directory, over nothing.
func (f *files) copyFS(dir string, fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := strings.TrimSuffix(dir+"/"+path, "/.")
		if d.IsDir() {
			return f.mkdirAll(to, 0o777)
		}
		if !d.Type().IsRegular() {
			return &os.PathError{Op: "CopyFS", Path: path, Err: os.ErrInvalid}
		}
		data, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		// O_EXCL: the library refuses to write over a file, too.
		file, err := f.fs.Open(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666|info.Mode()&0o777)
		if err != nil {
			return err
		}
		_, err = file.Write(data)
		return err
	})
}

// embeddedFile is package embed's file, and embedded its FS: the linker fills
// these in for a binary.
type embeddedFile struct {
	name, data string
	_          [16]byte // a hash that nobody reads
}

type embedded struct{ files *[]embeddedFile }

// Embed is a file system of files by their names, as the compiler makes it for
// directives: directories have a slash behind their names, and the order is that
// of directories first and names then.
func Embed(files map[string]string) (fs embed.FS) {
	all := map[string]string{}
	for name, data := range files {
		all[name] = data
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			all[dir+"/"] = ""
		}
	}
	var list []embeddedFile
	for name, data := range all {
		list = append(list, embeddedFile{name: name, data: data})
	}
	slices.SortFunc(list, func(a, b embeddedFile) int {
		adir, aname := path.Split(strings.TrimSuffix(a.name, "/"))
		bdir, bname := path.Split(strings.TrimSuffix(b.name, "/"))
		return cmp.Or(strings.Compare(strings.TrimSuffix(adir, "/"), strings.TrimSuffix(bdir, "/")), strings.Compare(aname, bname))
	})
	(*embedded)(unsafe.Pointer(&fs)).files = &list
	return fs
}
