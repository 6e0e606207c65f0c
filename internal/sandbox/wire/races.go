package wire

// Race is a data race that a worker has seen: two accesses to the same memory that nothing
// orders, or the word that it looks no further.
type Race struct {
	// Accesses are the two, the later one first.
	Accesses []RaceAccess `json:"accesses,omitempty"`
	// Over says that there are too many variables to watch: races from here on are not found.
	Over bool `json:"over,omitempty"`
	// Goroutines says that it is goroutines that there are too many of.
	Goroutines bool `json:"goroutines,omitempty"`
}

// RaceAccess is one of the two: what was done ("read", "atomic write"), in which function of
// the program and at which line of it. Without a line it was done in the library.
type RaceAccess struct {
	Doing
	// Started is where its goroutine was, nil for main and where that is not known.
	Started *Doing `json:"started,omitempty"`
}

// MaxRaces is how many are told of one run.
const MaxRaces = 64

// Bounded reports whether r is one that an honest worker could tell of, and returns it with
// nothing in it that cannot be shown.
func (r Race) Bounded() (Race, bool) {
	const two = 2
	if r.Over {
		return r, len(r.Accesses) == 0
	}
	ok := len(r.Accesses) == two && !r.Goroutines
	for i := range r.Accesses {
		a := &r.Accesses[i]
		ok = ok && a.bound() && (a.Started == nil || a.Started.bound())
	}
	return r, ok
}
