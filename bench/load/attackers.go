//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// attacker is one of the ten.
type attacker struct {
	name string
	do   func(context.Context, reader.Client)
}

// theTen are the attackers.
func theTen() []attacker {
	return []attacker{
		{"idle", occupy},
		{"sleeper", repeat(40, "package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n")},
		{"spinner", repeat(20, "package main\n\nfunc main() {\n\tgo func() {\n\t\tfor {\n\t\t}\n\t}()\n\tfor {\n\t}\n}\n")},
		{"flood", flood},
		{"threads", repeat(8, threadBomb)},
		{"hoarder", repeat(10, "package main\n\nfunc main() {\n\tvar all [][]byte\n\tfor {\n\t\tb := make([]byte, 1<<20)\n\t\tfor i := 0; i < len(b); i += 4096 {\n\t\t\tb[i] = 1\n\t\t}\n\t\tall = append(all, b)\n\t}\n}\n")},
		{"pingpong", repeat(10, "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tfor {\n\t\tfmt.Fprint(os.Stdout, \"a\")\n\t\tfmt.Fprint(os.Stderr, \"b\")\n\t}\n}\n")},
		{"unfinished", unfinished},
		{"storm", storm},
		{"churn", churn},
	}
}

// threadBomb holds as many threads as it gets.
const threadBomb = `package main

import (
	"runtime"
	"time"
)

func main() {
	for i := 0; i < 2000; i++ {
		go func() {
			runtime.LockOSThread()
			select {}
		}()
	}
	time.Sleep(time.Hour)
}
`

// attackers is what the process that loose starts does.
func attackers(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeout(ctx, o.length)
	defer cancel()
	var all sync.WaitGroup
	for i, a := range theTen() {
		if o.only != "" && o.only != a.name {
			continue
		}
		c := client(&server.Server{URL: o.attackers}, &server.Build{Commit: o.old}, o.form, 0)
		if !o.same {
			c = client(&server.Server{URL: o.attackers}, &server.Build{Commit: o.old}, o.form, 500+i)
		}
		all.Go(func() { a.do(ctx, c) })
	}
	all.Wait()
	return nil
}

// occupy opens all the sockets that it can and answers their pings.
func occupy(ctx context.Context, c reader.Client) {
	const most = 2000
	var all sync.WaitGroup
	for range most {
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			for ctx.Err() == nil {
				r := reader.New(c)
				if r.Connect(ctx) == nil {
					r.Listen(ctx)
				}
				r.Close()
				reader.Sleep(ctx, time.Second)
			}
		})
		reader.Sleep(ctx, 2*time.Millisecond)
	}
	all.Wait()
}

// repeat keeps n programs running or waiting at all times, one a socket. A
// comment makes each of them another program.
func repeat(n int, source string) func(context.Context, reader.Client) {
	return func(ctx context.Context, c reader.Client) {
		var all sync.WaitGroup
		for range n {
			all.Go(func() {
				r := reader.New(c)
				defer r.Close()
				for i := 0; ctx.Err() == nil; i++ {
					r.Run(ctx, reader.Program{Name: "attack", Source: fmt.Sprintf("// %d\n%s", i, source)})
					reader.Sleep(ctx, 100*time.Millisecond)
				}
			})
		}
		all.Wait()
	}
}

// flood runs programs that print without end, on sockets that are never read.
func flood(ctx context.Context, c reader.Client) {
	const source = `package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfor {\n\t\tfmt.Println(\"0123456789012345678901234567890123456789\")\n\t}\n}\n`
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for ctx.Err() == nil {
				holdOpen(ctx, c, 15*time.Second, func(conn net.Conn) {
					for i := range 4 {
						conn.Write(frame([]byte(fmt.Sprintf(`{"type":"run","id":"f%d","source":"%s"}`, i, source))))
					}
				})
				reader.Sleep(ctx, 100*time.Millisecond)
			}
		})
	}
	all.Wait()
}

// unfinished begins large messages and never ends them.
func unfinished(ctx context.Context, c reader.Client) {
	const announced, sent = 800_000, 780_000
	part := make([]byte, sent)
	for i := range part {
		part[i] = ' '
	}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			for ctx.Err() == nil {
				holdOpen(ctx, c, time.Minute, func(conn net.Conn) {
					conn.Write(header(announced))
					conn.Write(part)
				})
				reader.Sleep(ctx, 500*time.Millisecond)
			}
		})
	}
	all.Wait()
}

// holdOpen opens a websocket, lets say write to it, and holds it open for d
// without reading.
func holdOpen(ctx context.Context, c reader.Client, d time.Duration, say func(net.Conn)) {
	conn, err := upgrade(ctx, c)
	if err != nil {
		return
	}
	defer conn.Close()
	conn.SetWriteDeadline(time.Now().Add(d))
	say(conn)
	reader.Sleep(ctx, d)
}

// upgrade does a websocket's handshake by hand.
func upgrade(ctx context.Context, c reader.Client) (net.Conn, error) {
	conn, err := dial(ctx, c)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "GET /ws HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n%s\r\n", host(c), c.URL, forwarded(c))
	status, err := bufio.NewReaderSize(conn, 64).ReadString('\n')
	if err == nil && !strings.Contains(status, " 101 ") {
		err = fmt.Errorf("answered %q", status)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func dial(ctx context.Context, c reader.Client) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	if c.Local != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(c.Local)}
	}
	return d.DialContext(ctx, "tcp", host(c))
}

func host(c reader.Client) string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

func forwarded(c reader.Client) string {
	if c.Forwarded == "" {
		return ""
	}
	return "X-Forwarded-For: " + c.Forwarded + "\r\n"
}

// header is that of a client's text message of n bytes, masked with zeros.
func header(n int) []byte {
	h := []byte{0x81}
	switch {
	case n < 126:
		h = append(h, 0x80|byte(n))
	case n < 1<<16:
		h = binary.BigEndian.AppendUint16(append(h, 0x80|126), uint16(n))
	default:
		h = binary.BigEndian.AppendUint64(append(h, 0x80|127), uint64(n))
	}
	return append(h, 0, 0, 0, 0)
}

func frame(text []byte) []byte { return append(header(len(text)), text...) }

// storm opens connections and leaves them in one of three ways: at once, after
// half a request, and after a whole one.
func storm(ctx context.Context, c reader.Client) {
	request := "GET / HTTP/1.1\r\nHost: " + host(c) + "\r\n" + forwarded(c) + "\r\n"
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if conn, err := dial(ctx, c); err == nil {
					conn.SetWriteDeadline(time.Now().Add(time.Second))
					conn.Write([]byte(request[:i%3*len(request)/2]))
					conn.Close()
				}
				reader.Sleep(ctx, 20*time.Millisecond)
			}
		})
	}
	all.Wait()
}

// churn starts programs and goes away.
func churn(ctx context.Context, c reader.Client) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for ctx.Err() == nil {
				short, cancel := context.WithTimeout(ctx, 150*time.Millisecond)
				r := reader.New(c)
				r.Run(short, reader.Program{Name: "churn", Source: hello})
				cancel()
				r.Close()
			}
		})
	}
	all.Wait()
}
