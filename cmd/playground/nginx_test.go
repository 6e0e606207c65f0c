//go:build unix

//lint:file-ignore SA1019 see serve_test.go

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"
)

// nginx is a proxy of Debian's nginx before s, with the directives given in its
// location and the defaults of the package otherwise. It returns its address.
func nginx(t *testing.T, s *server, directives string) string {
	t.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("no nginx on the PATH, and CI is set: install the package nginx-light")
	}
	if err != nil {
		t.Skip("no nginx on the PATH")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	config := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	server { listen %[2]s; location / { proxy_pass %[3]s; %[4]s } }
}`, dir, addr, s.url, directives)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-c", file, "-p", dir)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	poll(t, "nginx does not listen", func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return addr
}

// nginx with its defaults passes no upgrade, and another Host than the page's:
// the websocket is refused, and the HTTP twin works, a line at a time.
func TestNginxWithItsDefaults(t *testing.T) {
	t.Parallel()
	addr := nginx(t, serve(t), "")
	upgrade, err := http.NewRequest("GET", "http://"+addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	upgrade.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Origin": {"http://" + addr},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}}
	resp, err := http.DefaultClient.Do(upgrade)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("/ws: %s", resp.Status)
	}
	const program = `package main; import ("fmt"; "time"); func main() { fmt.Println("now"); time.Sleep(time.Second); fmt.Println("later") }`
	post, err := http.NewRequest("POST", "http://"+addr+"/api/run", strings.NewReader(fmt.Sprintf(`{"source":%q}`, program)))
	if err != nil {
		t.Fatal(err)
	}
	post.Header = http.Header{"Content-Type": {"application/json"}, "Origin": {"http://" + addr}, "Sec-Fetch-Site": {"same-origin"}}
	resp, err = http.DefaultClient.Do(post)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var first, last time.Time
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		switch {
		case strings.Contains(lines.Text(), `"body":"now\n"`):
			first = time.Now()
		case strings.Contains(lines.Text(), `"body":"later\n"`):
			last = time.Now()
		}
	}
	if first.IsZero() || last.Sub(first) < 500*time.Millisecond {
		t.Errorf("%s: the lines came %v apart: they were held back", resp.Status, last.Sub(first))
	}
}

// nginx as README.md asks for it takes websockets, and says who the reader is.
func TestNginxWithWebsockets(t *testing.T) {
	t.Parallel()
	s := serve(t, "--url=http://blog.example", "--trust-proxy=127.0.0.1")
	addr := nginx(t, s, `proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
		proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;`)
	conn, _, err := websocket.Dial(t.Context(), "ws://"+addr+"/ws", &websocket.DialOptions{
		Host: "blog.example", HTTPHeader: http.Header{"Origin": {"http://blog.example"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	const run = `{"type":"run","id":"r","source":"package main; func main() { println(1) }"}`
	if err := conn.Write(t.Context(), websocket.MessageText, []byte(run)); err != nil {
		t.Fatal(err)
	}
	receive := func() (m message, err error) {
		_, b, err := conn.Read(t.Context())
		if err != nil {
			return m, err
		}
		return m, json.Unmarshal(b, &m)
	}
	if m := until(t, receive, isEnd); m.Status != "ok" {
		t.Errorf("got %+v", m)
	}
}

// Below a path nginx may take that away or leave it, and reads pages and speaks to
// the socket either way.
func TestNginxBelowAPath(t *testing.T) {
	t.Parallel()
	s := serve(t, "--url=http://blog.example/notes/", "--trust-proxy=127.0.0.1")
	const forward = `proxy_set_header Host $host; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;`
	for name, directives := range map[string]string{"left": "", "taken away": `rewrite ^/notes/(.*)$ /$1 break;`} {
		addr := nginx(t, s, forward+directives)
		resp, page := get(t, "http://"+addr+"/notes/", "Host", "blog.example")
		if resp.StatusCode != http.StatusOK || !strings.Contains(page, `src="/notes/static/`) || strings.Contains(page, `src="/static/`) {
			t.Errorf("the path is %s: %s", name, resp.Status)
		}
		at := page[strings.Index(page, "/notes/static/"):]
		if resp, _ := get(t, "http://"+addr+at[:strings.IndexByte(at, '"')], "Host", "blog.example"); resp.StatusCode != http.StatusOK {
			t.Errorf("the path is %s: a static file: %s", name, resp.Status)
		}
		conn, _, err := websocket.Dial(t.Context(), "ws://"+addr+"/notes/ws", &websocket.DialOptions{
			Host: "blog.example", HTTPHeader: http.Header{"Origin": {"http://blog.example"}},
		})
		if err != nil {
			t.Errorf("the path is %s: %v", name, err)
			continue
		}
		conn.CloseNow()
	}
}
