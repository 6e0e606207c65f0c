package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// resident is what the server has of the machine's memory, in KiB.
func (s *server) resident(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(string(regexp.MustCompile(`VmRSS:\s*(\d+)`).FindSubmatch(status)[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// atRest is the least that the server has in the next while.
func (s *server) atRest(t *testing.T, while time.Duration) int {
	t.Helper()
	least := s.resident(t)
	for end := time.Now().Add(while); time.Now().Before(end); time.Sleep(time.Second) {
		least = min(least, s.resident(t))
	}
	return least
}

// shrinks waits until the server has no more than that, in KiB.
func (s *server) shrinks(t *testing.T, to int, within time.Duration) {
	t.Helper()
	has := s.resident(t)
	for end := time.Now().Add(within); has > to; has = s.resident(t) {
		if time.Now().After(end) {
			t.Errorf("the server has %d KiB after %v; want at most %d", has, within, to)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// socket opens a websocket from an address of the loopback network, and says
// hello on it.
func (s *server) socket(t *testing.T, from net.IP) net.Conn {
	t.Helper()
	host := strings.TrimPrefix(s.url, "http://")
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}
	c, err := d.DialContext(t.Context(), "tcp4", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r\n"+
		"Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nCache-Control: no-cache\r\n\r\n", host, s.url)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v, %+v", err, resp)
	}
	const hello = `{"type":"hello"}`
	_, _ = c.Write(append([]byte{0x81, 0x80 | byte(len(hello)), 0, 0, 0, 0}, hello...))
	if _, err := r.Peek(2); err != nil {
		t.Fatal(err)
	}
	return c
}

// A reader who only reads costs 16 KiB. Messages that are never finished cost
// what there is room for, and a crowd that has left nothing: what it needed goes
// back to the machine within a minute.
func TestServeMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	t.Parallel()
	const sockets = 900
	s := serve(t)
	send, receive := dial(t, s)
	send(map[string]any{"type": "run", "id": "r", "source": "package main\nfunc main() { println(1) }"})
	until(t, receive, isEnd)
	base := s.atRest(t, 10*time.Second)

	var crowd []net.Conn
	for i := range sockets {
		crowd = append(crowd, s.socket(t, net.IPv4(127, 0, 1, byte(1+i/20))))
	}
	s.shrinks(t, base+sockets*16, time.Minute)
	t.Logf("%d KiB, and %d for each of %d sockets", base, (s.resident(t)-base)/sockets, sockets)

	begun := slices.Concat([]byte{0x81, 0x80 | 127, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0}, make([]byte, 256<<10))
	for _, c := range crowd {
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = c.Write(begun)
	}
	if most := base + sockets*32 + 32<<10; s.resident(t) > most {
		t.Errorf("with unfinished messages the server has %d KiB; want at most %d", s.resident(t), most)
	}
	for _, c := range crowd {
		c.Close()
	}
	const pages = 1 << 10 // KiB of code that was not used before the base line
	s.shrinks(t, base+base/5+pages, time.Minute)
	t.Logf("%d KiB when they have left", s.resident(t))
}
