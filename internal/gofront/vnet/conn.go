package vnet

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// Conn is one end of a connection.
type Conn struct {
	in, out       *stream
	local, remote net.Addr
	network       string // as errors print it: tcp, udp, unix
	readDeadline  deadline
	writeDeadline deadline
	closed        atomic.Bool
}

// pipe returns the two ends of a new connection between two addresses.
func pipe(network string, a, b net.Addr) (*Conn, *Conn) {
	ab, ba := new(stream), new(stream)
	return &Conn{in: ba, out: ab, local: a, remote: b, network: network},
		&Conn{in: ab, out: ba, local: b, remote: a, network: network}
}

// Read implements net.Conn.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.in.read(b, &c.readDeadline)
	if err != nil && err != io.EOF {
		err = c.opError("read", err)
	}
	return n, err
}

// Write implements net.Conn.
func (c *Conn) Write(b []byte) (int, error) {
	n, err := c.out.write(b, &c.writeDeadline)
	if errors.Is(err, net.ErrClosed) && !c.closed.Load() {
		err = sysError("write", syscall.EPIPE) // after CloseWrite
	}
	if err != nil {
		err = c.opError("write", err)
	}
	return n, err
}

// Close implements net.Conn. With data unread it resets the connection.
func (c *Conn) Close() error {
	if c.closed.Swap(true) {
		return c.opError("close", net.ErrClosed)
	}
	c.out.closeWrite()
	if c.in.closeRead() {
		c.out.reset()
		c.in.reset()
	}
	c.readDeadline.stop()
	c.writeDeadline.stop()
	return nil
}

// CloseWrite ends the writing direction.
func (c *Conn) CloseWrite() error {
	if c.closed.Load() {
		return c.opError("close", net.ErrClosed)
	}
	if !c.out.closeWrite() {
		return c.opError("close", sysError("shutdown", syscall.ENOTCONN))
	}
	return nil
}

// CloseRead ends the reading direction: Read returns io.EOF at once.
func (c *Conn) CloseRead() error {
	if c.closed.Load() {
		return c.opError("close", net.ErrClosed)
	}
	c.in.closeWrite()
	return nil
}

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.setDeadline(&c.readDeadline, t), c.setDeadline(&c.writeDeadline, t))
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(&c.readDeadline, t) }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(&c.writeDeadline, t) }

func (c *Conn) setDeadline(d *deadline, t time.Time) error {
	if c.closed.Load() {
		return opError("set", c.network, nil, c.local, net.ErrClosed)
	}
	d.set(t)
	return nil
}

// option is a socket option, of which there is none to set.
func (c *Conn) option() error {
	if c.closed.Load() {
		return opError("set", c.network, nil, c.local, net.ErrClosed)
	}
	return nil
}

// The socket options of a *net.TCPConn are accepted and change nothing.

// SetNoDelay does nothing.
func (c *Conn) SetNoDelay(bool) error { return c.option() }

// SetKeepAlive does nothing.
func (c *Conn) SetKeepAlive(bool) error { return c.option() }

// SetKeepAlivePeriod does nothing.
func (c *Conn) SetKeepAlivePeriod(time.Duration) error { return c.option() }

// SetKeepAliveConfig does nothing.
func (c *Conn) SetKeepAliveConfig(net.KeepAliveConfig) error { return c.option() }

// SetLinger does nothing.
func (c *Conn) SetLinger(int) error { return c.option() }

// SetReadBuffer does nothing.
func (c *Conn) SetReadBuffer(int) error { return c.option() }

// SetWriteBuffer does nothing.
func (c *Conn) SetWriteBuffer(int) error { return c.option() }

// MultipathTCP reports that it is not used.
func (c *Conn) MultipathTCP() (bool, error) { return false, c.option() }

func (c *Conn) opError(op string, err error) error {
	return opError(op, c.network, c.local, c.remote, err)
}
