package wire

// Schedules is what a worker says that a program did in many orders (package schedule).
type Schedules struct {
	// Runs is how many orders were tried, Others how many of them had outcomes for which
	// there was no room.
	Runs     int       `json:"runs"`
	Others   int       `json:"others,omitempty"`
	Outcomes []Outcome `json:"outcomes"`
	// All says that there are no other orders.
	All bool `json:"all,omitempty"`
}

// OutcomeKind is how a program can end.
type OutcomeKind string

// The kinds of outcomes.
const (
	OutcomeOK       OutcomeKind = "ok"
	OutcomeExit     OutcomeKind = "exit"
	OutcomePanic    OutcomeKind = "panic"
	OutcomeDeadlock OutcomeKind = "deadlock"
	OutcomeLeak     OutcomeKind = "leak"    // main returned, and others wait for ever
	OutcomeEndless  OutcomeKind = "endless" // after so many operations
)

// Outcome is one that a program can have.
type Outcome struct {
	Kind    OutcomeKind `json:"kind"`
	Count   int         `json:"count"`             // of the runs
	Seed    string      `json:"seed"`              // names the schedule
	Exit    int         `json:"exit,omitempty"`    // status
	Message string      `json:"message,omitempty"` // what the runtime says
	Output  string      `json:"output"`
	Blocked []string    `json:"blocked,omitempty"` // who waits for ever, for what, where
	// Switches are where the schedule stops a goroutine, or chooses a case of a select,
	// that otherwise would have been another.
	Switches []Switch `json:"switches,omitempty"`
}

// Switch is a place where somebody else goes on.
type Switch struct {
	Choice int    `json:"choice"` // its number in the schedule
	From   string `json:"from"`   // the goroutine that was stopped
	At     string `json:"at"`     // file:line:column
	Before string `json:"before"` // what it was about to do
	To     string `json:"to,omitempty"`
}
