#!/usr/bin/env bash
# nhooyr.io/websocket v1.8.17 (its last release under this path), Go 1.26.
#
# RFC 6455 section 5.5.1: an endpoint that has sent a close frame and receives
# one in answer is done. A server that calls Conn.Close sends its close frame,
# reads the client's answer, and then sends a second close frame with the same
# code. Chromium treats what follows a close frame as a failed connection, and
# its page sees code 1006 in the place of the server's.
#
# Output seen:
#   first frame  88 ...: close, code 1012
#   after the answer came: 88 02 03 f4
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module finding

go 1.26

require nhooyr.io/websocket v1.8.17
MOD
cat >main.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"nhooyr.io/websocket"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		check(err)
		c.Close(websocket.StatusServiceRestart, "")
	}))
	c, err := net.Dial("tcp", l.Addr().String())
	check(err)
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", l.Addr())
	r := bufio.NewReader(c)
	_, err = http.ReadResponse(r, nil)
	check(err)
	first := make([]byte, 4)
	_, err = io.ReadFull(r, first)
	check(err)
	fmt.Printf("first frame  %02x ...: close, code %d\n", first[0], int(first[2])<<8|int(first[3]))
	// The answer: a masked close frame with the same code.
	_, err = c.Write([]byte{0x88, 0x82, 0, 0, 0, 0, first[2], first[3]})
	check(err)
	c.SetReadDeadline(time.Now().Add(3 * time.Second))
	rest, _ := io.ReadAll(r)
	fmt.Printf("after the answer came: % x\n", rest)
	if len(rest) == 0 {
		fmt.Println("CHANGED: nothing follows the close frame")
		os.Exit(1)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
go mod tidy >/dev/null 2>&1
go run .
