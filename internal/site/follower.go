package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"playground/internal/render"
)

// Follower tells the pages of an author who writes what has become of what was
// saved, as server-sent events at FollowPath. A page learns the state at once
// when it connects, and then each time it changes; what it misses in between
// does not matter.
type Follower struct {
	done <-chan struct{}

	mu      sync.Mutex
	state   followed
	changed chan struct{} // closed at the next change
}

// FollowPath is where pages listen, below the site's address.
const FollowPath = "/dev/events"

// followed is what pages are told.
type followed struct {
	// Number is that of the last publication: a page has the one it was made with.
	Number int       `json:"number"`
	Errors []mistake `json:"errors"` // of what was saved since
}

// mistake is what an author has to mend.
type mistake struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
}

// NewFollower makes a Follower that lets its pages go when done is closed.
func NewFollower(done <-chan struct{}) *Follower {
	return &Follower{done: done, changed: make(chan struct{}), state: followed{Errors: []mistake{}}}
}

// Published tells that publication is what readers now get.
func (f *Follower) Published(publication int) { f.tell(followed{publication, []mistake{}}) }

// Failed tells that what was saved cannot be published.
func (f *Follower) Failed(err error) {
	f.mu.Lock()
	state := f.state
	f.mu.Unlock()
	state.Errors = mistakesOf(err)
	f.tell(state)
}

// mistakesOf takes an error apart: that of an article has a place each.
func mistakesOf(err error) []mistake {
	var bad render.Errors
	if !errors.As(err, &bad) {
		return []mistake{{Message: err.Error()}}
	}
	var all []mistake
	for _, e := range bad {
		all = append(all, mistake{e.File, e.Line, e.Message})
	}
	return all
}

func (f *Follower) tell(s followed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = s
	close(f.changed)
	f.changed = make(chan struct{})
}

// serve sends the state, and again whenever it changes, until the page is gone.
func (f *Follower) serve(c echo.Context) error {
	w, r := c.Response(), c.Request()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // it lasts as long as the page
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	for {
		f.mu.Lock()
		state, changed := f.state, f.changed
		f.mu.Unlock()
		text, err := json.Marshal(state)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil {
			return nil // the page is gone
		}
		w.Flush()
		select {
		case <-changed:
		case <-r.Context().Done():
			return nil
		case <-f.done:
			return nil
		}
	}
}
