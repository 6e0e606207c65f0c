#!/usr/bin/env bash
# github.com/nats-io/nats-server/v2 v2.15.3, embedded.
#
# DontListen keeps an embedded server from opening a port for clients; they connect
# within the process. One would expect it to say nothing about the port of the
# cluster, which has options of its own. With DontListen no server of a cluster
# opens its routes, and none is ever ready: the routes wait for the listener of the
# clients, which is never made. Nothing is logged.
#
# Output seen:
#   DontListen=false ready=true cluster=true
#   DontListen=true ready=false cluster=false
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module finding

go 1.26

require github.com/nats-io/nats-server/v2 v2.15.3
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

func main() {
	for _, silent := range []bool{false, true} {
		s, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("server-", silent), Host: "127.0.0.1", Port: -1, DontListen: silent, NoSigs: true,
			Cluster: server.ClusterOpts{Name: "finding", Host: "127.0.0.1", Port: -1},
		})
		if err != nil {
			panic(err)
		}
		go s.Start()
		ready := s.ReadyForConnections(3 * time.Second)
		fmt.Printf("DontListen=%t ready=%t cluster=%t\n", silent, ready, s.ClusterAddr() != nil && s.ClusterAddr().Port > 0)
	}
	os.Exit(0)
}
GO
go mod tidy >/dev/null 2>&1
go build -o finding .
got=$(./finding)
echo "$got"
want=$'DontListen=false ready=true cluster=true\nDontListen=true ready=false cluster=false'
if [ "$got" != "$want" ]; then
  echo CHANGED
  exit 1
fi
