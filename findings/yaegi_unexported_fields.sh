#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# reflect makes no struct with unexported fields of another package, so the
# interpreter puts an X before their names, which exports them. Whatever walks over
# fields then finds them: encoding/json writes what the program keeps to itself, and
# reads it from its input as well.
#
# Output seen, compiled and interpreted:
#   {"Name":"ann"} <nil>
#   bob false <nil>
#
#   {"Name":"ann","Xadmin":true} <nil>
#   bob true <nil>
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
)

type account struct {
	Name  string
	admin bool
}

func main() {
	out, err := json.Marshal(account{"ann", true})
	fmt.Println(string(out), err)
	var in account
	err = json.Unmarshal([]byte(`{"Name":"bob","Xadmin":true}`), &in)
	fmt.Println(in.Name, in.admin, err)
}
GO
cat >compiled <<'TXT'
{"Name":"ann"} <nil>
bob false <nil>
TXT
cat >interpreted <<'TXT'
{"Name":"ann","Xadmin":true} <nil>
bob true <nil>
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
