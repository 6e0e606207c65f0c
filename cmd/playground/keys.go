package main

import (
	"fmt"

	"playground/internal/cluster/authority"
)

// keysCommand makes the keys of a cluster's nodes.
type keysCommand struct {
	Dir   string   `arg:"" help:"The folder that gets them, and that nodes are given as --keys; all but ca.key, which signs."`
	Names []string `arg:"" help:"By which names or addresses nodes reach one another; \"*.nodes.example\" is all below it."`
}

// Run implements the command.
func (c *keysCommand) Run(env environment) error {
	until, err := authority.Issue(c.Dir, c.Names)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "%s: good until %s; the same command renews it. Keep ca.key where no node runs.\n", c.Dir, until.Format("2006-01-02"))
	return err
}
