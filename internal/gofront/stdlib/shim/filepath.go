package shim

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// pathRows are the functions of path/filepath that look at files.
// The others work on text alone, and are the library's.
func (s *Set) pathRows() []Row {
	f := s.files
	return rows("path/filepath", "", whyFiles, map[string]any{
		"Walk":         f.walk,
		"WalkDir":      f.walkDir,
		"Glob":         f.glob,
		"Abs":          f.abs,
		"EvalSymlinks": f.evalSymlinks,
	})
}

// abs is filepath.Abs. The library asks the kernel where the worker stands, which
// is not where the program stands after an os.Chdir of its own.
func (f *files) abs(path string) (string, error) {
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	return filepath.Join(f.fs.Getwd(), path), nil
}

// walkDir is filepath.WalkDir.
// The root is looked at and not followed: a link to a directory is not walked, as
// in compiled Go.
func (f *files) walkDir(root string, fn fs.WalkDirFunc) error {
	info, err := f.fs.Lstat(root)
	if err != nil {
		err = fn(root, nil, err)
	} else {
		err = f.walkEntry(root, fs.FileInfoToDirEntry(info), fn)
	}
	if err == filepath.SkipDir || err == filepath.SkipAll {
		return nil
	}
	return err
}

// walkEntry is for d and what lies in it. SkipDir for a directory leaves out that
// one, for a file the rest of the directory that it lies in: so from a file it goes
// up, and the loop over its neighbours ends.
func (f *files) walkEntry(path string, d fs.DirEntry, fn fs.WalkDirFunc) error {
	if err := fn(path, d, nil); err != nil || !d.IsDir() {
		if err == filepath.SkipDir && d.IsDir() {
			err = nil // this directory alone
		}
		return err
	}
	list, err := f.readDir(path)
	// fn has seen the directory already. It is told again that it could not be read,
	// and may go on.
	if err != nil {
		if err = fn(path, d, err); err != nil {
			if err == filepath.SkipDir {
				err = nil
			}
			return err
		}
	}
	for _, entry := range list {
		if err := f.walkEntry(filepath.Join(path, entry.Name()), entry, fn); err != nil {
			if err == filepath.SkipDir {
				break
			}
			return err
		}
	}
	return nil
}

// walk is filepath.Walk.
func (f *files) walk(root string, fn filepath.WalkFunc) error {
	return f.walkDir(root, func(path string, d fs.DirEntry, err error) error {
		// The root is missing, so there is nothing to describe.
		if d == nil {
			return fn(path, nil, err)
		}
		info, infoErr := d.Info()
		// What was wrong with reading a directory matters more than what is wrong with
		// its description.
		if err == nil {
			err = infoErr
		}
		return fn(path, info, err)
	})
}

// glob is filepath.Glob: fs.Glob on relative patterns from the working directory,
// and on absolute ones from the top. Names are in order within a directory only.
// A directory that cannot be read holds no match, and is no error: a malformed
// pattern is the only one that Glob has.
func (f *files) glob(pattern string) ([]string, error) {
	// The whole pattern is judged before a file is looked at, so a malformed one fails
	// where nothing could match, too.
	if _, err := filepath.Match(pattern, ""); err != nil {
		return nil, err
	}
	if !strings.ContainsAny(pattern, `*?[\`) {
		if _, err := f.fs.Lstat(pattern); err != nil {
			return nil, nil
		}
		return []string{pattern}, nil
	}
	dir, file := filepath.Split(pattern)
	// The top keeps its slash: without, it would be the working directory.
	if dir != "" && dir != "/" {
		dir = strings.TrimSuffix(dir, "/")
	}
	dirs := []string{dir}
	if strings.ContainsAny(dir, `*?[\`) {
		var err error
		if dirs, err = f.glob(dir); err != nil {
			return nil, err
		}
	}
	var found []string
	for _, d := range dirs {
		list, err := f.readDir(orHere(d))
		if err != nil {
			continue
		}
		for _, entry := range list {
			if ok, _ := filepath.Match(file, entry.Name()); ok {
				found = append(found, filepath.Join(d, entry.Name()))
			}
		}
	}
	return found, nil
}

// orHere is the directory that a pattern or root without one means: no file system
// opens the empty name, and what is found must not begin with a dot.
func orHere(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// evalSymlinks is filepath.EvalSymlinks.
// The library goes by the kernel's links; those of the program are in its memory.
func (f *files) evalSymlinks(path string) (string, error) {
	// The library's bound. Links in a circle are an error, not a walk without end.
	const maxLinks = 255
	done, rest := "", filepath.Clean(path)
	if filepath.IsAbs(rest) {
		done, rest = "/", rest[1:]
	}
	for links := 0; rest != ""; {
		part, more, _ := strings.Cut(rest, "/")
		rest = more
		next := filepath.Join(done, part)
		info, err := f.fs.Lstat(next)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			// The kernel says this when it is asked for the next part. Here it is said before.
			if rest != "" && !info.IsDir() {
				return "", &os.PathError{Op: "lstat", Path: filepath.Join(next, rest), Err: errNotDir}
			}
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "", errors.New("EvalSymlinks: too many links")
		}
		target, err := f.fs.Readlink(next)
		if err != nil {
			return "", err
		}
		// An absolute target begins again at the top, a relative one where the link lies.
		if filepath.IsAbs(target) {
			done, target = "/", target[1:]
		}
		// Parts of the target may be links themselves: they are walked like the rest.
		rest = strings.TrimPrefix(filepath.Join(target, rest), "./")
	}
	return filepath.Clean(done), nil
}
