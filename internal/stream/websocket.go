package stream

//lint:file-ignore SA1019 The library lives on, with the same API, at
// github.com/coder/websocket; until this project moves there, this is the path.

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"nhooyr.io/websocket"
)

// Close codes that the server sends, from RFC 6455 section 7.4.1 but for the first.
const (
	closeElsewhere  = websocket.StatusCode(4001)
	closeRestart    = websocket.StatusServiceRestart
	closeTryAgain   = websocket.StatusTryAgainLater
	closeNotText    = websocket.StatusUnsupportedData
	closePolicy     = websocket.StatusPolicyViolation
	closeTooLarge   = websocket.StatusMessageTooBig
	closeHandshake  = time.Second // what a peer gets to answer a close frame
	maxCloseReason  = 123         // bytes
	readLimitMargin = 1           // bytes past the limit that tell us it was passed

	// connBuffer is what a connection reads and writes at once, in bytes. An
	// idle one keeps both buffers.
	connBuffer = 512
)

// connLimits bound what is read of a connection.
type connLimits struct {
	message int64         // bytes of one message
	timeout time.Duration // from a message's first byte to its last
	room    *room         // for large messages
	client  string        // whose they are
	idle    time.Duration // between two frames that bring nothing, in the long run
}

// closeError asks that the session be closed, and says why.
type closeError struct {
	code   websocket.StatusCode
	reason string
}

func (e *closeError) Error() string { return e.reason }

// conn is one websocket connection. Everything this package knows of the
// websocket library is in this file.
//
// The library closes a connection when a context given to one of its methods
// ends, and drops the close frame with it; so none of the session's contexts
// reach it. What must end ends by close or abort.
type conn struct {
	ws     *websocket.Conn
	tcp    *oneClose
	limits connLimits
}

// accept answers the handshake, or refuses it with a status and a reason. The
// origin has been checked by then, more strictly than the library would.
func accept(w http.ResponseWriter, r *http.Request, limits connLimits) (*conn, error) {
	tap := &hijackTap{ResponseWriter: w, idle: limits.idle}
	ws, err := websocket.Accept(tap, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true,
		// A compressor costs memory per session, and holds back short lines.
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(limits.message + readLimitMargin)
	return &conn{ws: ws, tcp: tap.conn, limits: limits}, nil
}

// hijackTap keeps the network connection that the library takes over: closing
// it is the only way to end every call into the library at once. Its Close
// waits without bound for a peer that sends a long frame byte by byte.
type hijackTap struct {
	http.ResponseWriter
	idle time.Duration
	conn *oneClose
}

// oneClose is a network connection on which nothing follows the close frame
// that ends it from this side. The library answers the peer's close frame even
// when it has sent its own, which RFC 6455 forbids (section 5.5.1), and browsers
// then forget the code of the first: their page sees 1006.
type oneClose struct {
	net.Conn
	in      frameReader
	closing atomic.Bool // the next close frame is the last frame
	closed  atomic.Bool
}

// Read implements net.Conn.
func (c *oneClose) Read(p []byte) (int, error) { return c.in.Read(p) }

// Write writes p, which is one frame if it is a control frame: those are short,
// and the library flushes each.
func (c *oneClose) Write(p []byte) (int, error) {
	const closeFrame = 0x88 // final, opcode 8
	if c.closing.Load() && len(p) >= 2 && p[0] == closeFrame && int(p[1]) == len(p)-2 && c.closed.Swap(true) {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (t *hijackTap) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	// The server's own buffers are four times as large. What they hold already
	// comes first.
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		return nil, nil, err
	}
	t.conn = &oneClose{Conn: c, in: frameReader{every: t.idle, r: io.MultiReader(bytes.NewReader(bytes.Clone(early)), c)}}
	return t.conn, bufio.NewReadWriter(bufio.NewReaderSize(t.conn, connBuffer), bufio.NewWriterSize(t.conn, connBuffer)), nil
}

// read returns the next message and the room that it holds until give is called
// with it, or a *closeError for one that this server does not take.
func (c *conn) read() (data []byte, held int64, err error) {
	typ, r, err := c.ws.Reader(context.Background())
	if err != nil {
		return nil, 0, err
	}
	if typ != websocket.MessageText {
		return nil, 0, &closeError{closeNotText, "binary message; send JSON as text"}
	}
	// The library would drop the connection without a word at a context's end.
	late := make(chan struct{})
	t := time.AfterFunc(c.limits.timeout, func() {
		close(late)
		c.close(&closeError{closePolicy, fmt.Sprintf("message was not complete after %v", c.limits.timeout)})
	})
	defer t.Stop()
	data, held, err = c.readAll(r)
	if !t.Stop() {
		<-late
	}
	return data, held, err
}

// give gives back the room of a message.
func (c *conn) give(held int64) { c.limits.room.give(c.limits.client, held) }

// readAll reads a message.
func (c *conn) readAll(r io.Reader) (data []byte, held int64, err error) {
	data, held, err = c.limits.room.read(c.limits.client, r, c.limits.message)
	switch {
	case errors.Is(err, errTooLong):
		err = &closeError{closeTooLarge, fmt.Sprintf("message is longer than %d bytes", c.limits.message)}
	case errors.Is(err, errNoRoom):
		err = &closeError{closeTryAgain, err.Error()}
	}
	return data, held, err
}

// write sends one text message. After an error the connection is of no use.
func (c *conn) write(p []byte, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, p)
}

// ping returns when the peer has answered or ctx ends. It needs a read in
// progress.
func (c *conn) ping(ctx context.Context) error { return c.ws.Ping(ctx) }

// close sends a close frame and waits for the peer's, together no longer than
// closeHandshake. Reads and writes in progress end with an error.
func (c *conn) close(why *closeError) {
	t := time.AfterFunc(closeHandshake, c.abort)
	defer t.Stop()
	c.tcp.closing.Store(true)
	// The error says how the peer took it, which changes nothing.
	_ = c.ws.Close(why.code, why.reason[:min(len(why.reason), maxCloseReason)])
}

// abort ends the connection without a close frame.
func (c *conn) abort() { _ = c.tcp.Close() }

// release ends the connection if it has not ended, and what the library runs
// for it.
func (c *conn) release() {
	c.abort()
	_ = c.ws.CloseNow()
}
