//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// network is one of this machine's own: every node in a namespace with an address of
// its own, and a cable from each to each other and to the readers, who stay outside.
type network struct {
	pid   int // of this process: several may have a network at a time
	nodes int
}

// address is a node's; number 0 is the readers'.
func (n *network) address(node int) string {
	return fmt.Sprintf("10.213.%d.%d", n.pid%64, n.pid/64%32*8+node)
}

func (n *network) space(node int) string { return fmt.Sprintf("playground-bench-%d-%d", n.pid, node) }

// end is a node's end of its cable to another.
func (n *network) end(node, other int) string { return fmt.Sprintf("pg%d-%d%d", n.pid, node, other) }

// lay makes the network of seven nodes at most. It needs root.
func lay(nodes int) (*network, error) {
	n := &network{pid: os.Getpid(), nodes: nodes}
	if err := n.lay(); err != nil {
		n.remove()
		return nil, err
	}
	return n, nil
}

func (n *network) lay() error {
	if err := ip("addr", "add", n.address(0)+"/32", "dev", "lo"); err != nil {
		return err
	}
	for node := 1; node <= n.nodes; node++ {
		in := []string{"-n", n.space(node)}
		if err := errors.Join(ip("netns", "add", n.space(node)), ip(append(in, "link", "set", "lo", "up")...),
			ip(append(in, "addr", "add", n.address(node)+"/32", "dev", "lo")...)); err != nil {
			return err
		}
	}
	for a := 0; a <= n.nodes; a++ {
		for b := a + 1; b <= n.nodes; b++ {
			if err := n.cable(a, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// in are the arguments that make ip work where a node is.
func (n *network) in(node int) []string {
	if node == 0 {
		return nil
	}
	return []string{"-n", n.space(node)}
}

// cable connects two nodes.
func (n *network) cable(a, b int) error {
	at := []string{"link", "add", n.end(a, b)}
	if a > 0 {
		at = append(at, "netns", n.space(a))
	}
	if err := ip(append(at, "type", "veth", "peer", "name", n.end(b, a), "netns", n.space(b))...); err != nil {
		return err
	}
	if err := n.plug(a, b); err != nil {
		return err
	}
	return n.plug(b, a)
}

// plug puts a cable into one of its nodes.
func (n *network) plug(node, other int) error {
	in := n.in(node)
	return errors.Join(
		ip(slices.Concat(in, []string{"link", "set", n.end(node, other), "up"})...),
		ip(slices.Concat(in, []string{"route", "replace", n.address(other) + "/32", "dev", n.end(node, other), "src", n.address(node)})...))
}

// part cuts all cables between a node and other nodes, but not to the readers: packets
// are lost, and nobody is told.
func (n *network) part(node int) (err error) {
	for other := 1; other <= n.nodes; other++ {
		if other != node {
			err = errors.Join(err, ip(slices.Concat(n.in(node), []string{"link", "set", n.end(node, other), "down"})...))
		}
	}
	return err
}

// mend undoes part.
func (n *network) mend(node int) (err error) {
	for other := 1; other <= n.nodes; other++ {
		if other != node {
			err = errors.Join(err, n.plug(node, other), n.plug(other, node))
		}
	}
	return err
}

// remove takes it away, or what there is of it.
func (n *network) remove() {
	_ = ip("addr", "del", n.address(0)+"/32", "dev", "lo")
	for node := 1; node <= n.nodes; node++ {
		_ = ip("link", "del", n.end(0, node))
		_ = ip("netns", "del", n.space(node))
	}
}

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
