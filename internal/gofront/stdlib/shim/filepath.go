package shim

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pathRows are the functions of path/filepath that look at files.
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

func (f *files) abs(path string) (string, error) {
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	return filepath.Join(f.fs.Getwd(), path), nil
}

// walkDir is filepath.WalkDir.
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

func (f *files) walkEntry(path string, d fs.DirEntry, fn fs.WalkDirFunc) error {
	if err := fn(path, d, nil); err != nil || !d.IsDir() {
		if err == filepath.SkipDir && d.IsDir() {
			err = nil // this directory alone
		}
		return err
	}
	list, err := f.readDir(path)
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
		if d == nil {
			return fn(path, nil, err)
		}
		info, infoErr := d.Info()
		if err == nil {
			err = infoErr
		}
		return fn(path, info, err)
	})
}

// glob is filepath.Glob: fs.Glob on relative patterns from the working directory,
// and on absolute ones from the top.
func (f *files) glob(pattern string) ([]string, error) {
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
	slices.Sort(found)
	return found, nil
}

func orHere(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// evalSymlinks is filepath.EvalSymlinks.
func (f *files) evalSymlinks(path string) (string, error) {
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
		if filepath.IsAbs(target) {
			done, target = "/", target[1:]
		}
		rest = strings.TrimPrefix(filepath.Join(target, rest), "./")
	}
	return filepath.Clean(done), nil
}
