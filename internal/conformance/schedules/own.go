package schedules

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed testdata
var own embed.FS

// Own are our own programs: below testdata/buggy those that can go wrong, below
// testdata/correct their twins, which cannot.
func Own() ([]Program, error) {
	var list []Program
	err := fs.WalkDir(own, "testdata", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(own, name)
		kind := path.Base(path.Dir(name))
		list = append(list, Program{kind + "/" + strings.TrimSuffix(path.Base(name), ".go.txt"), string(src), kind == "buggy"})
		return err
	})
	return list, err
}
