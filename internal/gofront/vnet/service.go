package vnet

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"net/smtp"
	"net/textproto"
	"strings"
)

// What other packages build on net.Dial and net.Listen, built on ours.

func (n *Network) tlsListen(network, addr string, c *tls.Config) (net.Listener, error) {
	if c == nil || len(c.Certificates) == 0 && c.GetCertificate == nil && c.GetConfigForClient == nil {
		return nil, errors.New("tls: neither Certificates, GetCertificate, nor GetConfigForClient set in Config")
	}
	l, err := n.Listen(network, addr)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(l, c), nil
}

func (n *Network) tlsDial(network, addr string, c *tls.Config) (*tls.Conn, error) {
	return n.tlsDialWith(new(net.Dialer), network, addr, c)
}

func (n *Network) tlsDialWith(d *net.Dialer, network, addr string, c *tls.Config) (*tls.Conn, error) {
	return n.tlsHandshake(context.Background(), d, network, addr, c)
}

func (n *Network) tlsHandshake(ctx context.Context, d *net.Dialer, network, addr string, c *tls.Config) (*tls.Conn, error) {
	ctx, cancel := limit(ctx, d)
	defer cancel()
	raw, err := n.dial(ctx, network, addr, d.LocalAddr)
	if err != nil {
		return nil, err
	}
	if c == nil {
		c = &tls.Config{}
	}
	if c.ServerName == "" {
		c = c.Clone()
		c.ServerName = addr[:max(0, strings.LastIndex(addr, ":"))]
	}
	conn := tls.Client(raw, c)
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return conn, nil
}

func (n *Network) tlsDialerDial(d *tls.Dialer, ctx context.Context, network, addr string) (net.Conn, error) {
	nd := d.NetDialer
	if nd == nil {
		nd = new(net.Dialer)
	}
	c, err := n.tlsHandshake(ctx, nd, network, addr, d.Config)
	if err != nil {
		return nil, err // not a typed nil
	}
	return c, nil
}

func (n *Network) rpcDial(network, address string) (*rpc.Client, error) {
	c, err := n.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return rpc.NewClient(c), nil
}

func (n *Network) rpcDialHTTP(network, address string) (*rpc.Client, error) {
	return n.rpcDialHTTPPath(network, address, rpc.DefaultRPCPath)
}

func (n *Network) rpcDialHTTPPath(network, address, path string) (*rpc.Client, error) {
	c, err := n.Dial(network, address)
	if err != nil {
		return nil, err
	}
	if err := connectRPC(c, path); err != nil {
		c.Close()
		return nil, &net.OpError{Op: "dial-http", Net: network + " " + address, Err: err}
	}
	return rpc.NewClient(c), nil
}

// connectRPC switches an HTTP connection to the RPC protocol.
func connectRPC(c net.Conn, path string) error {
	const connected = "200 Connected to Go RPC"
	if _, err := io.WriteString(c, "CONNECT "+path+" HTTP/1.0\n\n"); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: "CONNECT"})
	if err != nil {
		return err
	}
	if resp.Status != connected {
		return errors.New("unexpected HTTP response: " + resp.Status)
	}
	return nil
}

func (n *Network) jsonrpcDial(network, address string) (*rpc.Client, error) {
	c, err := n.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return jsonrpc.NewClient(c), nil
}

func (n *Network) textprotoDial(network, addr string) (*textproto.Conn, error) {
	c, err := n.Dial(network, addr)
	if err != nil {
		return nil, err
	}
	return textproto.NewConn(c), nil
}

func (n *Network) smtpDial(addr string) (*smtp.Client, error) {
	c, err := n.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return smtp.NewClient(c, host)
}

func (n *Network) smtpSendMail(addr string, a smtp.Auth, from string, to []string, msg []byte) error {
	c, err := n.smtpDial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := greet(c, addr, a); err != nil {
		return err
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	for _, rcpt := range to {
		if err := c.Rcpt(rcpt); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(msg); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// greet starts TLS where the server offers it, and authenticates.
func greet(c *smtp.Client, addr string, a smtp.Auth) error {
	if err := c.Hello("localhost"); err != nil {
		return err
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		host, _, _ := net.SplitHostPort(addr)
		if err := c.StartTLS(&tls.Config{ServerName: host}); err != nil {
			return err
		}
	}
	if a == nil {
		return nil
	}
	if ok, _ := c.Extension("AUTH"); !ok {
		return errors.New("smtp: server doesn't support AUTH")
	}
	return c.Auth(a)
}
