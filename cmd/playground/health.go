package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"playground/internal/option"
	"playground/internal/site"
)

// healthCommand asks the server whether it takes work, so that a container
// without a shell can check itself.
type healthCommand struct {
	Addr option.Address `name:"addr" default:"localhost:8080" placeholder:"HOST:PORT" env:"PLAYGROUND_ADDR" help:"Address that the server listens on, HOST:PORT or unix:PATH (${env}, default ${default})."`
}

// Run implements the command.
func (c *healthCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client, url := c.client()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+site.ReadyPath, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server does not accept programs: %s", resp.Status)
	}
	return nil
}

// client speaks to the server at url.
func (c *healthCommand) client() (client *http.Client, url string) {
	if c.Addr.Network == "unix" {
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", c.Addr.Name)
		}
		return &http.Client{Transport: &http.Transport{DialContext: dial}}, "http://localhost"
	}
	host, port, _ := net.SplitHostPort(c.Addr.Name)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return http.DefaultClient, "http://" + net.JoinHostPort(host, port)
}
