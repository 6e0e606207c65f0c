package shim

import (
	"embed"
	"reflect"
	"testing"
	"testing/fstest"
)

// What is put into package embed's type is what the library finds there.
func TestEmbed(t *testing.T) {
	if got, want := reflect.TypeFor[embedded]().Size(), reflect.TypeFor[embed.FS]().Size(); got != want {
		t.Fatalf("embed.FS has %d bytes, want %d", want, got)
	}
	theirs, ours := reflect.TypeFor[embed.FS]().Field(0).Type.Elem().Elem(), reflect.TypeFor[embeddedFile]()
	for i := range ours.NumField() {
		if a, b := theirs.Field(i), ours.Field(i); a.Type != b.Type || a.Name != b.Name && b.Name != "_" || a.Offset != b.Offset {
			t.Fatalf("field %d of package embed's file is %v, want %v", i, a, b)
		}
	}
	fs := Embed(map[string]string{"a.txt": "a", "t/b.txt": "b", "t/deep/c.txt": "c", "t-x/d": "d"})
	if err := fstest.TestFS(fs, "a.txt", "t/b.txt", "t/deep/c.txt", "t-x/d"); err != nil {
		t.Error(err)
	}
}
