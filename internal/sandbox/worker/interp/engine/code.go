package engine

// op carries out a statement, or a part of one.
type op = func(fr *frame)

// block is a stretch of code with one way in and one way out. Most have few ops:
// what a statement is made of is inside of its closure, and what makes a block end
// is a jump, a branch or a call.
type block struct {
	ops  []op
	next *block                           // what follows, if the end is nil
	end  func(fr *frame) (*block, *frame) // decides what follows, and in which frame
}

// run executes code until a frame returns to the bottom. It is the only loop of the
// engine, and it knows nothing but blocks: a call of one of the program's functions
// is an end that answers with another frame, so that calls do not nest here and cost
// no native stack.
func run(b *block, fr *frame) {
	for b != nil {
		for _, f := range b.ops {
			f(fr)
		}
		if b.end == nil {
			b = b.next
			continue
		}
		b, fr = b.end(fr)
	}
}

// site is where a call returns to. It is made once for a call in the program, not for
// each time that the call is made, so a frame holds one pointer for it.
type site struct {
	// back takes the results out of the callee's frame and gives it back.
	back func(callee *frame) (*block, *frame)
}

// bottom returns to whoever called run.
var bottom = &site{back: func(*frame) (*block, *frame) { return nil, nil }}

// settle makes blocks that only lead on to others part of those before them: the
// compiler makes a block wherever something could jump to, and mostly nothing does.
// What follows is copied, so a block that is reached by several ways stays for the
// others. That is worth it for what a loop turns through; longest bounds it. Empty
// loops lead on for ever, so nothing is joined to the same block twice.
func settle(all []*block) {
	const longest = 64
	for _, b := range all {
		joined := map[*block]bool{b: true}
		for n := b.next; b.end == nil && n != nil && !joined[n] && len(b.ops)+len(n.ops) <= longest; n = b.next {
			joined[n] = true
			b.ops = append(b.ops[:len(b.ops):len(b.ops)], n.ops...)
			b.next, b.end = n.next, n.end
		}
	}
}
