package reader

//lint:file-ignore SA1019 the library's name in this module, as in internal/stream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"nhooyr.io/websocket"
)

// link carries messages to a reader: a websocket, or one answer over HTTP.
type link interface {
	read(context.Context) (Message, error)
	close()
}

// socket is a websocket.
type socket struct{ *websocket.Conn }

func (s socket) read(ctx context.Context) (m Message, err error) {
	_, data, err := s.Read(ctx)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
}

func (s socket) close() { s.CloseNow() }

func (s socket) send(ctx context.Context, q request) error {
	data, err := json.Marshal(q)
	if err != nil {
		return err
	}
	return s.Write(ctx, websocket.MessageText, data)
}

// openSocket does a websocket's handshake.
func (r *Reader) openSocket(ctx context.Context) (socket, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Dial)
	defer cancel()
	conn, answer, err := websocket.Dial(ctx, r.URL+"/ws", &websocket.DialOptions{
		HTTPClient:      r.http(),
		HTTPHeader:      r.header(),
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return socket{}, refusal(answer, err)
	}
	conn.SetReadLimit(1 << 20)
	return socket{conn}, nil
}

// answer is the body of an answer over HTTP: messages, one a line.
type answer struct {
	body   io.ReadCloser
	dec    *json.Decoder
	cancel context.CancelFunc
}

// read ends at silence: a body does not know contexts.
func (a *answer) read(ctx context.Context) (m Message, err error) {
	stop := context.AfterFunc(ctx, a.cancel)
	defer stop()
	return m, a.dec.Decode(&m)
}

func (a *answer) close() {
	a.cancel()
	a.body.Close()
}

// ask sends a request of the HTTP twin.
func (r *Reader) ask(method, path string, body any) (*answer, error) {
	data := ""
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		data = string(text)
	}
	ctx, cancel := context.WithCancel(context.Background())
	q, err := http.NewRequestWithContext(ctx, method, r.URL+path, strings.NewReader(data))
	if err != nil {
		cancel()
		return nil, err
	}
	q.Header = r.header()
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Playground-Session", r.token)
	got, err := r.http().Do(q)
	if err != nil {
		cancel()
		return nil, err
	}
	return &answer{got.Body, json.NewDecoder(got.Body), cancel}, nil
}

// http is a client for one request, from the reader's address. The reader
// remembers the connection, so that it can be cut.
func (r *Reader) http() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives:     true,
		ResponseHeaderTimeout: r.Silence,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			d := net.Dialer{Timeout: r.Dial}
			if r.Local != "" {
				d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(r.Local)}
			}
			c, err := d.DialContext(ctx, network, addr)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.raw = c
			return c, err
		},
	}}
}

func (c Client) header() http.Header {
	h := http.Header{"Origin": {c.URL}}
	if c.Forwarded != "" {
		h.Set("X-Forwarded-For", c.Forwarded)
	}
	return h
}

// RefusedError says that the server did not let a websocket in.
type RefusedError struct {
	Status     int
	RetryAfter time.Duration
}

func (e *RefusedError) Error() string { return fmt.Sprintf("refused with status %d", e.Status) }

func refusal(got *http.Response, err error) error {
	if got == nil {
		return err
	}
	seconds, _ := strconv.Atoi(got.Header.Get("Retry-After"))
	return &RefusedError{Status: got.StatusCode, RetryAfter: time.Duration(seconds) * time.Second}
}
