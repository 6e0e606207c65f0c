#!/usr/bin/env bash
# google.golang.org/protobuf v1.36.11, Go 1.26, Linux.
#
# Importing the package proto, as prometheus/client_golang does, opens and
# hashes the program's own executable in a package initialiser (to make some of
# its texts differ from build to build). Opening a file starts the Go runtime's
# network poller, so such a process has an epoll and an eventfd descriptor
# before main, where one that imports nothing of it has none. A program that
# closes or counts inherited descriptors first thing in main meets two that
# nobody passed to it.
#
# Output seen:
#   without: 0 poller descriptors at the start of main
#   with:    2 poller descriptors at the start of main
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module finding

go 1.26

require google.golang.org/protobuf v1.36.11
MOD
mkdir with without
cat >without/main.go <<'GO'
package main

import (
	"fmt"
	"strings"
	"syscall"
)

// It looks at its descriptors by readlink, which opens none.
func main() {
	n := 0
	for fd := range 32 {
		var b [64]byte
		l, err := syscall.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd), b[:])
		if err == nil && strings.HasPrefix(string(b[:l]), "anon_inode:[event") {
			n++
		}
	}
	fmt.Println(n, "poller descriptors at the start of main")
}
GO
sed 's,^import (,import (\n\t_ "google.golang.org/protobuf/proto",' without/main.go >with/main.go
go mod tidy >/dev/null 2>&1
without=$(go run ./without)
with=$(go run ./with)
echo "without: $without"
echo "with:    $with"
if [ "${without%% *}" != 0 ] || [ "${with%% *}" = 0 ]; then
  echo "CHANGED"
  exit 1
fi
