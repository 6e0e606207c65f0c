package memory

import (
	"reflect"
	"unsafe"
)

// Sender returns what sends the value at v to the channel at ch, or nil for
// elements of no common shape.
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
	return nil
}

func sender[E any](ch, v unsafe.Pointer) { *(*chan E)(ch) <- *(*E)(v) }

// Receiver returns what receives from the channel at ch into v and says whether
// there was a value, or nil for elements of no common shape.
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
	return nil
}

func receiver[E any](ch, v unsafe.Pointer) bool {
	x, ok := <-*(*chan E)(ch)
	*(*E)(v) = x
	return ok
}
