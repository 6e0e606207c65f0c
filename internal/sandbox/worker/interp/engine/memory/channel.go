package memory

import (
	"reflect"
	"unsafe"
)

// Sender returns what sends the value at v to the channel at ch, or nil for elements
// of no common shape. Sending blocks, and panics, as Go's own does, because it is:
// the runtime knows the goroutine as one that waits to send, and finds a deadlock.
func Sender(elem reflect.Type) func(ch, v unsafe.Pointer) {
	switch Of(elem) {
	case Empty:
		return sender[struct{}]
	case Byte:
		return sender[uint8]
	case Word:
		return sender[uint64]
	case Pointer:
		return sender[unsafe.Pointer]
	case String:
		return sender[string]
	case Slice:
		return sender[[]byte]
	case Any:
		return sender[any]
	}
	switch words(elem) {
	case 1:
		return sender[[1]uint64]
	case 2:
		return sender[[2]uint64]
	case 3:
		return sender[[3]uint64]
	case 4:
		return sender[[4]uint64]
	}
	return nil
}

func sender[E any](ch, v unsafe.Pointer) { *(*chan E)(ch) <- *(*E)(v) }

// Receiver returns what receives from the channel at ch into v and says whether there
// was a value, or nil for elements of no common shape. Without one, v becomes the
// zero value. Nobody wants the value if v is nil.
func Receiver(elem reflect.Type) func(ch, v unsafe.Pointer) bool {
	switch Of(elem) {
	case Empty:
		return receiver[struct{}]
	case Byte:
		return receiver[uint8]
	case Word:
		return receiver[uint64]
	case Pointer:
		return receiver[unsafe.Pointer]
	case String:
		return receiver[string]
	case Slice:
		return receiver[[]byte]
	case Any:
		return receiver[any]
	}
	switch words(elem) {
	case 1:
		return receiver[[1]uint64]
	case 2:
		return receiver[[2]uint64]
	case 3:
		return receiver[[3]uint64]
	case 4:
		return receiver[[4]uint64]
	}
	return nil
}

// words is of how many whole words without pointers a value consists, 0 for
// others.
func words(t reflect.Type) int {
	if t.Align() != int(unsafe.Alignof(uint64(0))) || pointers(t) {
		return 0
	}
	return int(t.Size() / unsafe.Sizeof(uint64(0)))
}

func receiver[E any](ch, v unsafe.Pointer) bool {
	x, ok := <-*(*chan E)(ch)
	if v != nil {
		*(*E)(v) = x
	}
	return ok
}
