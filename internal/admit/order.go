package admit

import (
	"cmp"
	"slices"
	"time"
)

const (
	// quantum is the processor time that each who waits gets in a round.
	quantum = 100 * time.Millisecond
	// maxDebt is the most that anybody may owe.
	maxDebt = 5 * time.Second
)

// account is one client's, or one session's, with the round robin.
type account struct {
	balance time.Duration // processor time that it may still have in this round
	cost    time.Duration // of one of its programs, by experience
	turn    uint64        // when it was served last
}

func newAccount(turn uint64) account {
	return account{balance: quantum, cost: quantum, turn: turn}
}

// round is the round in which the k-th of its waiters is served: the first at
// whose beginning there is something left after those before it.
func (a *account) round(k int) int {
	short := time.Duration(k)*a.cost - a.balance
	if short < 0 {
		return 0
	}
	return int(short/quantum) + 1
}

// advance gives it what n rounds bring. Nothing is saved up.
func (a *account) advance(n int) {
	a.balance = min(a.balance+time.Duration(n)*quantum, quantum)
}

func (a *account) charge(d time.Duration) { a.balance = max(a.balance-d, -maxDebt) }

// learn takes what a program used into the experience.
func (a *account) learn(used time.Duration) {
	a.cost = max((3*a.cost+used)/4, time.Millisecond)
}

// line is those who wait on one account, in order.
type line struct {
	account *account
	waiters []*waiter
	turn    uint64 // in which it stands in line: those that have had none for longest come first
	first   bool   // the first of them is served in this round, whatever it owes
}

// level tells apart the two round robins: among clients, and among the sessions
// of a client.
type level int

const (
	amongClients level = iota
	amongSessions
	levels
)

// merge is the order in which the waiters of all lines have their turn. It notes
// with each of them the round in which that is.
func merge(at level, lines []line) []*waiter {
	type place struct {
		w    *waiter
		turn uint64
		k    int
	}
	var all []place
	for _, l := range lines {
		for k, w := range l.waiters {
			w.round[at] = l.account.round(k)
			if k == 0 && l.first {
				w.round[at] = 0
			}
			all = append(all, place{w, l.turn, k})
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.w.round[at], b.w.round[at]), cmp.Compare(a.turn, b.turn), cmp.Compare(a.k, b.k))
	})
	order := make([]*waiter, len(all))
	for i, p := range all {
		order[i] = p.w
	}
	return order
}
