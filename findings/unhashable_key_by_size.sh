#!/usr/bin/env bash
# Go's maps, go1.26.8 and go1.27.4.
#
# A key of interface type that holds a slice cannot be hashed, and one would expect one
# error of one type whenever it meets a map. There are two, and the map's size chooses:
# to read from or delete of a map that has nothing in it fails with a type of package
# internal/runtime/maps and a text of its own, and a map of one entry with the text
# that programs know, which has no colon and begins with "runtime error". To store
# in an empty map fails as the full one does, m[k]++ too, as it reads nothing first. So a
# test for the text passes or fails by whether somebody stored something before.
#
# Output seen:
#   read, empty:    maps.unhashableTypeError: hash of unhashable type: []int
#   read, one in:   runtime.errorString: runtime error: hash of unhashable type []int
#   delete, empty:  maps.unhashableTypeError: hash of unhashable type: []int
#   delete, one in: runtime.errorString: runtime error: hash of unhashable type []int
#   m[k]++, empty:  runtime.errorString: runtime error: hash of unhashable type []int
#   m[k]++, one in: runtime.errorString: runtime error: hash of unhashable type []int
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

func try(what string, f func()) {
	defer func() {
		err := recover()
		fmt.Printf("%-15s %T: %v\n", what, err, err)
	}()
	f()
}

func main() {
	var k any = []int{1}
	empty, one := map[any]int{}, map[any]int{"a": 1}
	try("read, empty:", func() { _ = empty[k] })
	try("read, one in:", func() { _ = one[k] })
	try("delete, empty:", func() { delete(empty, k) })
	try("delete, one in:", func() { delete(one, k) })
	try("m[k]++, empty:", func() { empty[k]++ })
	try("m[k]++, one in:", func() { one[k]++ })
}
GO
cat >expected <<'TXT'
read, empty:    maps.unhashableTypeError: hash of unhashable type: []int
read, one in:   runtime.errorString: runtime error: hash of unhashable type []int
delete, empty:  maps.unhashableTypeError: hash of unhashable type: []int
delete, one in: runtime.errorString: runtime error: hash of unhashable type []int
m[k]++, empty:  runtime.errorString: runtime error: hash of unhashable type []int
m[k]++, one in: runtime.errorString: runtime error: hash of unhashable type []int
TXT
for toolchain in go1.26.8 go1.27.4; do
  echo "$toolchain"
  GOTOOLCHAIN=$toolchain go run main.go | tee got
  if ! cmp -s got expected; then
    echo CHANGED
    exit 1
  fi
done
