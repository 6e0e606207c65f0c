package cluster

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const (
	// upWithin is how long the embedded server may take to start.
	upWithin = 20 * time.Second
	// handshakeWithin is how long two nodes may take to know each other, in
	// seconds: machines under load are slow at it.
	handshakeWithin = 10
	// keepLooking is how often a node that a peer told of is tried again, once a
	// second, before it is forgotten. Those of Config.Join are tried for ever.
	keepLooking = 300
	// minPayload is the most bytes of one message, at least.
	minPayload = 1 << 20
	maxPayload = 64 << 20 // more is nothing that NATS takes
	// user is the name beside which peers send the token.
	user = "playground"
)

// Config says which cluster a node is of, and how it finds the others.
type Config struct {
	// Cluster is its name: those of another are not let in.
	Cluster string
	// Node is this node's own name, which no other has, and which stays: it owns
	// what is stored here.
	Node string
	// Keys is a folder with ca.crt, tls.crt, tls.key and token.
	Keys string
	// Listen is where peers connect to, HOST:PORT.
	Listen string
	// Join are other nodes' addresses, HOST:PORT; one that is there is enough,
	// and the node itself may be among them.
	Join []string
	// URL is a NATS outside of this process, tls://HOST:PORT, instead of the
	// embedded one.
	URL string
	// Store is a folder for what is stored by JetStream; "" to store nothing on
	// this node. StoreBytes bounds it.
	Store      string
	StoreBytes int64
	// Payload is the longest message in bytes: 1 MiB.
	Payload int64
	// Logger is told what the engine complains of: slog.Default().
	Logger *slog.Logger
}

func (c Config) check() error {
	switch {
	case c.Cluster == "" || strings.ContainsAny(c.Cluster, " .*>\t\r\n"):
		return fmt.Errorf("the cluster's name is %q; want a word without blanks and points", c.Cluster)
	case c.Node == "" || strings.ContainsAny(c.Node, " .*>\t\r\n"):
		return fmt.Errorf("the node's name is %q; want a word without blanks and points, another on every node", c.Node)
	case c.Keys == "":
		return errors.New("a cluster needs keys: a folder with ca.crt, tls.crt, tls.key and token, so that no stranger joins it")
	}
	return nil
}

// Node is this process's part of a cluster: a connection to NATS, and the server
// behind it where that is embedded.
type Node struct {
	cfg    Config
	server *server.Server // nil where NATS is outside
	conn   *nats.Conn
}

// Open joins a cluster. It returns as soon as this node can be reached: others may
// come later, in any order.
func Open(c Config) (*Node, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	k, err := readKeys(c.Keys)
	if err != nil {
		return nil, err
	}
	c.Logger = cmp.Or(c.Logger, slog.Default())
	c.Payload = min(max(c.Payload, minPayload), maxPayload)
	n := &Node{cfg: c}
	if c.URL != "" {
		err = n.connectOutside(k)
	} else {
		err = n.embed(k)
	}
	if err != nil {
		n.Close()
		return nil, err
	}
	return n, nil
}

// Conn is the connection to NATS.
func (n *Node) Conn() *nats.Conn { return n.conn }

// Name is the node's name.
func (n *Node) Name() string { return n.cfg.Node }

// Cluster is the cluster's name.
func (n *Node) Cluster() string { return n.cfg.Cluster }

// Address is where peers connect to; "" where NATS is outside.
func (n *Node) Address() string {
	if n.server == nil {
		return ""
	}
	return n.server.ClusterAddr().String()
}

// Others is how many other nodes there are at least, as far as Config.Join tells: one of
// those may be this one.
func (n *Node) Others() int {
	join := len(n.cfg.Join)
	return max(join-1, min(join, 1))
}

// Peers is how many other servers the embedded one is connected to.
func (n *Node) Peers() int {
	if n.server == nil {
		return 0
	}
	return n.server.NumRoutes()
}

// Close leaves the cluster.
func (n *Node) Close() {
	if n.conn != nil {
		n.conn.Close()
	}
	if n.server != nil {
		n.server.Shutdown()
		n.server.WaitForShutdown()
	}
}

// embed starts a server in this process. Clients cannot reach it by a socket: the
// one client that it has is this process.
func (n *Node) embed(k keys) error {
	o, err := n.options(k)
	if err != nil {
		return err
	}
	s, err := server.NewServer(o)
	if err != nil {
		return fmt.Errorf("start the cluster's engine: %w", err)
	}
	n.server = s
	log := &serverLog{logger: n.cfg.Logger}
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	s.StartRouting(opened())
	// Both have returned: what did not work has been logged.
	if why := log.failure(); why != "" {
		return fmt.Errorf("start the cluster's engine: %s", why)
	}
	if !s.ReadyForConnections(upWithin) {
		return fmt.Errorf("the cluster's engine was not up after %v", upWithin)
	}
	n.conn, err = nats.Connect("", append(n.common(), nats.InProcessServer(s))...)
	if err != nil {
		return fmt.Errorf("connect to the cluster's engine: %w", err)
	}
	return nil
}

// opened is what StartRouting waits for: a server that was told not to listen for
// clients never says that it does (nats-server 2.15.3), and its own call waits for
// ever, and Shutdown with it. Ours does that one's work, and what it signs off at the
// end is the other's place; the goroutine itself stays.
func opened() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// options are those of the embedded server.
func (n *Node) options(k keys) (*server.Options, error) {
	c := n.cfg
	host, port, err := splitAddress(c.Listen)
	if err != nil {
		return nil, err
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	o := &server.Options{
		ServerName: c.Node,
		DontListen: true, NoSigs: true, NoLog: true, DisableJetStreamBanner: true,
		MaxPayload: int32(c.Payload), MaxPending: max(server.MAX_PENDING_SIZE, 2*c.Payload),
		Cluster: server.ClusterOpts{
			Name: c.Cluster, Host: host, Port: port,
			Username: user, Password: k.token, AuthTimeout: handshakeWithin,
			TLSConfig: k.mutual(), TLSTimeout: handshakeWithin,
			ConnectRetries: keepLooking,
			// To compress costs time on the way of each line, in a network that is near.
			Compression: server.CompressionOpts{Mode: server.CompressionOff},
			// A peer that stands still is noticed after six seconds, and left.
			PingInterval: 2 * time.Second, MaxPingsOut: 2,
		},
	}
	for _, address := range c.Join {
		if _, _, err := splitAddress(address); err != nil {
			return nil, err
		}
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats-route", User: url.UserPassword(user, k.token), Host: address})
	}
	if c.Store != "" {
		o.JetStream, o.StoreDir, o.JetStreamMaxStore = true, c.Store, c.StoreBytes
		// Else an acknowledged write is on the disk minutes later.
		o.SyncAlways = true
	}
	return o, nil
}

// connectOutside connects to a NATS of the operator's. It must be as closed as our
// own: whoever can publish there runs programs here.
func (n *Node) connectOutside(k keys) error {
	u, err := url.Parse(n.cfg.URL)
	if err != nil || u.Scheme != "tls" || u.Host == "" {
		return fmt.Errorf("%q is no address of a NATS; want tls://HOST:PORT", n.cfg.URL)
	}
	secret := nats.Token(k.token)
	if k.credentials != "" {
		secret = nats.UserCredentials(k.credentials)
	}
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{k.cert}, RootCAs: k.pool}
	n.conn, err = nats.Connect(n.cfg.URL, append(n.common(), secret, nats.Secure(tlsConfig))...)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", u.Host, err)
	}
	if most := n.conn.MaxPayload(); most < n.cfg.Payload {
		return fmt.Errorf("%s takes messages of %d bytes at most, and programs may need %d; set its max_payload, or a smaller --source", u.Host, most, n.cfg.Payload)
	}
	return nil
}

// common are the options of both kinds of connection.
func (n *Node) common() []nats.Option {
	log := n.cfg.Logger
	return []nats.Option{
		nats.Name(n.cfg.Node),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectBufSize(-1), // what could not be sent in time is of no use later
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			subject := ""
			if s != nil {
				subject = s.Subject
			}
			log.Warn("cluster", "subject", subject, "err", err)
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				log.Warn("cluster: the connection to NATS is lost", "err", err)
			}
		}),
	}
}

// splitAddress takes HOST:PORT apart.
func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("%q is no address of a node; want HOST:PORT", address)
	}
	return host, port, nil
}
