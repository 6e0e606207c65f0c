package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// node is a vertex of the graph that yaegi has compiled.
type node = yaegi.Node

// frame is the data of one call. yaegi's operations see its first field only.
type frame struct {
	yaegi.Frame

	fn      *fn
	g       *goroutine
	caller  *frame
	pos     int32 // offset in the lowered source of what runs
	block   reflect.Value
	base    unsafe.Pointer // of the block
	defers  []deferred
	panics  *panicking // what makes this function end, while its defers run
	rescuer *frame     // the frame whose panic a recover here would stop
}

// A frame's address is that of yaegi's part of it.
var _ [0]struct{} = [unsafe.Offsetof(frame{}.Frame)]struct{}{}

// step executes one node in a frame of this package and returns what to execute
// next. It is a yaegi.Exec that knows what follows yaegi's part of the frame.
type step func(*frame) step

func toStep(x yaegi.Exec) step { return *(*step)(unsafe.Pointer(&x)) }

// stepOf is the operation of n, nil for no node.
func stepOf(n *node) step { return toStep(yaegi.GetExec(n)) }

// setStep gives n its operation.
func setStep(n *node, s step) { n.Exec = *(*yaegi.Exec)(unsafe.Pointer(&s)) }
