package shim

import (
	"cmp"
	"embed"
	"path"
	"slices"
	"strings"
	"unsafe"
)

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
