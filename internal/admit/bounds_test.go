package admit

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestClientsAreBounded(t *testing.T) {
	simulate(t, 2, Config{Clients: 10, Programs: 1, Queue: 100}, func(c *crowd) {
		for i := range 50 {
			c.visit(address(i), program{sleep: 10 * time.Millisecond})
		}
		synctest.Wait()
		if s := c.gate.Stats(); s.Clients > 10 || s.Waiting != 49 {
			t.Errorf("%d clients are remembered and %d wait", s.Clients, s.Waiting)
		}
		c.wg.Wait()
		for i := range 50 { // now that all are idle, strangers take their places
			c.wait(address(100+i), program{})
		}
		if s := c.gate.Stats(); s.Clients > 10 {
			t.Errorf("%d clients are remembered", s.Clients)
		}
		time.Sleep(2 * forgetAfter)
		c.wait(address(1), program{})
		if s := c.gate.Stats(); s.Clients != 1 {
			t.Errorf("%d clients are remembered after a pause", s.Clients)
		}
	})
}

func TestSessionsOfAClientAreBounded(t *testing.T) {
	simulate(t, 2, Config{Rate: 1000}, func(c *crowd) {
		for i := range 1000 {
			c.wait(reader(i), program{})
			time.Sleep(50 * time.Millisecond)
		}
		if n := len(c.gate.clients[reader(0).Client].sessions); n > knownSessions+idleSessions {
			t.Errorf("%d sessions are remembered", n)
		}
	})
}
