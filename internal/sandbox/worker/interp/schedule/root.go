package schedule

import (
	"reflect"
	"sync"
	"testing/synctest"
	"time"

	"playground/internal/sandbox/wire"
)

// root is the life of a schedule, in its bubble: it starts main, and looks after the
// others whenever all of them wait.
func (r *turnstile) root(start func()) {
	if r.rec != nil {
		r.rec.begin = time.Now()
	}
	go start()
	for {
		synctest.Wait()
		r.mu.Lock()
		if r.over {
			r.mu.Unlock()
			break
		}
		if c := r.current; c != nil {
			c.state, r.current = native, nil
			if !c.heard {
				r.rec.blocks(c, c.what, nil, "")
				c.heard = true
			}
		}
		next := r.resume
		if r.resume = nil; next == nil && !r.early {
			next = r.pick()
		}
		r.give(next)
		early := r.early
		r.mu.Unlock()
		switch {
		case next != nil:
		case early:
			r.hurry()
		case !r.idle(horizon):
			r.mu.Lock()
			r.stuck()
			r.mu.Unlock()
		}
	}
	r.mu.Lock()
	for _, t := range r.tasks {
		select {
		case t.turn <- struct{}{}:
		default:
		}
	}
	r.mu.Unlock()
	synctest.Wait()
	for p := range r.groups {
		freeGroup((*sync.WaitGroup)(p))
	}
}

// hurry lets the clock go on though somebody could: until a timer goes off, for a short
// while.
func (r *turnstile) hurry() {
	before := time.Now()
	if happened := r.idle(delay); !happened {
		r.timed = false
	}
	r.mu.Lock()
	r.early = false
	r.delayed += time.Since(before)
	r.mu.Unlock()
}

// idle waits until a timer has let something happen, and says whether one has.
func (r *turnstile) idle(limit time.Duration) bool {
	r.mu.Lock()
	if r.over {
		r.mu.Unlock()
		return true
	}
	if r.main {
		limit = min(limit, after)
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(timer.C)},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.wake)},
	}
	var who []*task
	var which []int
	for _, t := range r.tasks {
		if t.state != blocked || t.wait == nil {
			continue
		}
		for i, c := range t.wait.cases {
			if !c.send.IsValid() && !c.ch.IsNil() && !r.made[c.ch.UnsafePointer()] {
				cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: c.ch})
				who, which = append(who, t), append(which, i)
			}
		}
	}
	r.mu.Unlock()
	i, v, ok := reflect.Select(cases)
	if i < 2 {
		return i == 1
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got(who[i-2], who[i-2].wait, which[i-2], v, ok)
	return true
}

// stuck ends a schedule in which nothing can happen any more. The lock is held.
func (r *turnstile) stuck() {
	if r.over {
		return
	}
	waiting := r.waiting()
	if !r.main {
		r.result.Kind, r.result.Exit = wire.OutcomeDeadlock, 2
		r.result.Message = "fatal error: all goroutines are asleep - deadlock!"
		r.result.Blocked = waiting
	} else if len(waiting) > 0 {
		r.leaks(waiting)
	}
	r.close()
}

func (r *turnstile) leaks(waiting []wire.Doing) {
	if r.result.Kind == wire.OutcomeOK {
		r.result.Kind = wire.OutcomeLeak
	}
	r.result.Blocked = waiting
}

// waiting lists those who wait for ever.
func (r *turnstile) waiting() []wire.Doing {
	var list []wire.Doing
	for _, t := range r.tasks {
		if t.state == blocked || t.state == native {
			list = append(list, r.doing(t))
		}
	}
	return list
}
