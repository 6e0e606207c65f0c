package protocol

import (
	"errors"
	"fmt"
	"strings"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// MaxChoices bounds the choices that a client makes in an order of its own.
const MaxChoices = 2000

// DefaultSchedules is how many orders a run may ask for where nobody has said otherwise:
// as many as small programs have time for.
const DefaultSchedules = 20_000

// Race is a data race that was seen, for a run that asked for them, or the word that no
// more are looked for.
type Race struct {
	Type string `json:"type"` // "race"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	sandbox.Race
}

// Outcome is a way in which a program can end, for a run that asked for schedules, or in
// which it ended in the order that was asked for.
type Outcome struct {
	Type string `json:"type"` // "outcome"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	sandbox.Outcome
}

// Schedules is the last thing that is said about the orders that were tried.
type Schedules struct {
	Type string `json:"type"` // "schedules"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	sandbox.Schedules
}

// Choice is where an order has come to, whose next choice is still to be made.
type Choice struct {
	Type string `json:"type"` // "choice"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	sandbox.Choice
}

// checkSchedules returns what is wrong with what is asked about orders.
func (q Request) checkSchedules(most Maxima) error {
	asked := q.Schedules > 0 || q.Seed != "" || q.Choices != nil
	switch {
	case !asked && q.Schedules == 0:
		return nil
	case asked && most.Schedules <= 0:
		return errors.New("this server does not run programs in orders that are chosen")
	case q.Schedules < 0:
		return errors.New("\"schedules\" is negative")
	case asked && sandbox.Task(q.Task) != wire.TaskRun:
		return errors.New("\"schedules\", \"seed\" and \"choices\" are for running a program; leave out \"task\"")
	case len(q.Seed) > wire.MaxSeed || strings.Trim(q.Seed, "0123456789:,") != "":
		return errors.New("\"seed\" is no number and no name of an order, which look like 4:1,17:2")
	case q.Choices != nil && (q.Schedules > 0 || q.Seed != ""):
		return errors.New("\"choices\" make an order of their own; leave out \"schedules\" and \"seed\"")
	case len(q.Choices) > MaxChoices:
		return fmt.Errorf("%d choices are too many: at most %d", len(q.Choices), MaxChoices)
	}
	for _, c := range q.Choices {
		if c < 0 {
			return fmt.Errorf("choice %d is negative", c)
		}
	}
	return nil
}

// SwitchText is a switch point in words.
func SwitchText(s wire.Switch) string {
	at := ""
	if s.Line > 0 {
		at = fmt.Sprintf(", %s:%d", s.File, s.Line)
	}
	if s.To == "" {
		return fmt.Sprintf("here %s took another way: %s%s", s.Name, s.What, at)
	}
	return fmt.Sprintf("here %s was stopped before %s%s, and %s went on", s.Name, s.What, at, s.To)
}
