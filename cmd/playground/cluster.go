package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"playground/internal/admit"
	"playground/internal/budget"
	"playground/internal/cluster"
	"playground/internal/cluster/dispatch"
	"playground/internal/ops"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/stream"
)

// The roles of a node.
const (
	roleGateway = "gateway"
	roleRunner  = "runner"
)

// mostStored is what a node of a cluster stores at most, in bytes.
const mostStored = 4 << 30

// clusterFlags say which cluster a server is a node of, if of any.
type clusterFlags struct {
	Cluster     string   `name:"cluster" placeholder:"NAME" env:"PLAYGROUND_CLUSTER" help:"Be a node of this cluster: several machines that serve one site. It needs --keys (${env})."`
	Node        string   `name:"node" placeholder:"NAME" env:"PLAYGROUND_NODE" help:"This node's name, another on every node, and always the same; the host's by default (${env})."`
	Role        string   `name:"role" enum:"gateway,runner,both" default:"both" placeholder:"ROLE" env:"PLAYGROUND_ROLE" help:"What this node does: gateway for readers, runner for their programs, or both (${env}, default ${default})."`
	Keys        string   `name:"keys" placeholder:"DIR" env:"PLAYGROUND_KEYS" help:"A folder with ca.crt, tls.crt, tls.key and token, by which the nodes know one another; \"playground keys\" makes it (${env})."`
	ClusterAddr string   `name:"cluster-addr" default:":6222" placeholder:"HOST:PORT" env:"PLAYGROUND_CLUSTER_ADDR" help:"Where other nodes connect to (${env}, default ${default})."`
	Join        []string `name:"join" placeholder:"HOST:PORT,..." env:"PLAYGROUND_JOIN" help:"Other nodes; one that is there is enough, and this one may be among them (${env})."`
	NATS        string   `name:"nats" placeholder:"URL" env:"PLAYGROUND_NATS" help:"A NATS of your own, tls://HOST:PORT, instead of the one that is built in (${env})."`
}

// checkCluster says early what cannot be meant.
func (f clusterFlags) checkCluster() error {
	if f.Cluster != "" {
		return nil
	}
	for flag, set := range map[string]bool{
		"--node": f.Node != "", "--role": f.Role != "both" && f.Role != "", "--keys": f.Keys != "", "--join": len(f.Join) > 0, "--nats": f.NATS != "",
	} {
		if set {
			return fmt.Errorf("%s is for a node of a cluster; name that with --cluster", flag)
		}
	}
	return nil
}

// membership is a node's part in its cluster; nil for a server that is alone.
type membership struct {
	node       *cluster.Node
	dispatcher *dispatch.Dispatcher
	role       string
	isolated   atomic.Pointer[func()] // sends readers elsewhere
}

// join connects to the cluster, if there is to be one. Nothing runs here for others
// until serve.
func (c *serveCommand) join(logger *slog.Logger) (*membership, error) {
	if err := c.checkCluster(); err != nil || c.Cluster == "" {
		return nil, err
	}
	name := c.Node
	if name == "" {
		host, err := os.Hostname()
		if err != nil {
			return nil, fmt.Errorf("this machine has no name: %w; name the node with --node", err)
		}
		name, _, _ = strings.Cut(host, ".")
	}
	maxima := protocol.Maxima{Source: int64(c.Source), Stdin: int64(c.Source)}
	config := cluster.Config{
		Cluster: c.Cluster, Node: name, Keys: c.Keys, Listen: c.ClusterAddr, Join: c.Join, URL: c.NATS,
		Payload: maxima.Message() + 64<<10, Logger: logger,
	}
	if c.Data != "" && c.NATS == "" {
		config.Store, config.StoreBytes = filepath.Join(c.Data, "cluster"), mostStored
	}
	node, err := cluster.Open(config)
	if err != nil {
		return nil, fmt.Errorf("--cluster: %w", err)
	}
	return &membership{node: node, role: c.Role}, nil
}

// name is the node's, "" for a server that is alone.
func (m *membership) name() string {
	if m == nil {
		return ""
	}
	return m.node.Name()
}

// serve makes a book over all nodes of the one of this node, and lets others run
// programs here. It returns when this node has met the others.
func (m *membership) serve(ctx context.Context, book *runs.Book, gate *admit.Gate, box *sandbox.Sandbox, plan budget.Budget, logger *slog.Logger) (stream.Book, error) {
	if m == nil {
		return stream.Local(book), nil
	}
	config := dispatch.Config{Node: m.node, Book: book, Logger: logger, Isolated: func() {
		if handOver := m.isolated.Load(); handOver != nil {
			(*handOver)()
		}
	}}
	if m.role != roleGateway {
		config.Offer = func(v admit.Visitor) dispatch.Offer { return offer(gate, box, plan, v) }
		config.Tell, config.Hear = gate.Tell, gate.Hear
	}
	var err error
	if m.dispatcher, err = dispatch.New(config); err != nil {
		return nil, err
	}
	m.dispatcher.Meet(ctx)
	return m.dispatcher, nil
}

// offer is how soon a program of v would run on this machine.
func offer(gate *admit.Gate, box *sandbox.Sandbox, plan budget.Budget, v admit.Visitor) dispatch.Offer {
	s := gate.Stats()
	return dispatch.Offer{
		Promised: gate.Promised(v), Waiting: s.Waiting, Full: s.Running >= plan.Programs,
		Busy: float64(s.Starting+s.Hungry) / max(plan.Cores, 1), Idle: box.Stats().Idle,
	}
}

// elsewhere reports whether there are other nodes for readers to go to.
func (m *membership) elsewhere() bool {
	return m != nil && m.dispatcher != nil && m.dispatcher.Nodes() > 1
}

// cutOff reports whether this node cannot reach most others at the moment.
func (m *membership) cutOff() bool {
	return m != nil && m.dispatcher != nil && m.dispatcher.CutOff()
}

// gauges are the node's figures of its cluster.
func (m *membership) gauges() ops.ClusterGauges {
	if m == nil || m.dispatcher == nil {
		return ops.ClusterGauges{}
	}
	s := m.dispatcher.Stats()
	return ops.ClusterGauges{Nodes: s.Nodes, Lost: s.Lost, Served: s.Served, Away: s.Away}
}

// whenIsolated says how readers are sent elsewhere when this node is cut off.
func (m *membership) whenIsolated(handOver func()) {
	if m != nil {
		m.isolated.Store(&handOver)
	}
}

// drain takes this node from those that run programs.
func (m *membership) drain() {
	if m != nil {
		m.dispatcher.Drain()
	}
}

// leave tells the others that this node goes, once they have read what ran here, or
// ctx ends.
func (m *membership) leave(ctx context.Context) {
	if m != nil {
		m.dispatcher.Close(ctx)
	}
}

// close ends the connection.
func (m *membership) close() {
	if m != nil {
		m.node.Close()
	}
}

// forReaders is h, but on a node that only runs programs: whoever is connected there
// is not where the balancer should have sent it.
func (m *membership) forReaders(h http.Handler) http.Handler {
	if m == nil || m.role != roleRunner {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, errRunner.Error(), http.StatusServiceUnavailable)
	})
}

var errRunner = errors.New("this node runs programs for others; readers connect to a gateway")
