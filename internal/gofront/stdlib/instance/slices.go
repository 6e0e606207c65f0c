package instance

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"
)

func ofSlices(name string, typ, elem reflect.Type) (reflect.Value, bool) {
	s := shapeOf(elem)
	for _, find := range []func(string, shape) any{orderedFunc, equalFunc, moveFunc} {
		if fn := find(name, s); fn != nil {
			return retype(fn, typ)
		}
	}
	return reflected(name, typ)
}

// orderedFunc has the functions whose element is ordered.
func orderedFunc(name string, s shape) any {
	switch s {
	case i8:
		return ordered[int8](name)
	case i16:
		return ordered[int16](name)
	case i32:
		return ordered[int32](name)
	case i64:
		return ordered[int64](name)
	case u8:
		return ordered[uint8](name)
	case u16:
		return ordered[uint16](name)
	case u32:
		return ordered[uint32](name)
	case u64:
		return ordered[uint64](name)
	case f32:
		return ordered[float32](name)
	case f64:
		return ordered[float64](name)
	case str:
		return ordered[string](name)
	}
	return nil
}

func ordered[E cmp.Ordered](name string) any {
	switch name {
	case "BinarySearch":
		return slices.BinarySearch[[]E, E]
	case "Compare":
		return slices.Compare[[]E, E]
	case "IsSorted":
		return slices.IsSorted[[]E, E]
	case "Max":
		return slices.Max[[]E, E]
	case "Min":
		return slices.Min[[]E, E]
	case "Sort":
		return slices.Sort[[]E, E]
	case "Sorted":
		return func(seq func(yield func(E) bool)) []E { return slices.Sorted(seq) }
	}
	return nil
}

// equalFunc has the functions that compare elements for equality.
func equalFunc(name string, s shape) any {
	switch s {
	case i8, u8:
		return equal[uint8](name)
	case i16, u16:
		return equal[uint16](name)
	case i32, u32:
		return equal[uint32](name)
	case i64, u64:
		return equal[uint64](name)
	case f32:
		return equal[float32](name)
	case f64:
		return equal[float64](name)
	case str:
		return equal[string](name)
	case word:
		return equal[unsafe.Pointer](name)
	case eface:
		return equal[any](name)
	case iface:
		return equal[error](name)
	}
	return nil
}

func equal[E comparable](name string) any {
	switch name {
	case "Compact":
		return slices.Compact[[]E, E]
	case "Contains":
		return slices.Contains[[]E, E]
	case "Equal":
		return slices.Equal[[]E, E]
	case "Index":
		return slices.Index[[]E, E]
	}
	return nil
}

// moveFunc has the functions that only move elements and call functions on
// them.
func moveFunc(name string, s shape) any {
	switch s {
	case i8:
		return move[int8](name)
	case i16:
		return move[int16](name)
	case i32:
		return move[int32](name)
	case i64:
		return move[int64](name)
	case u8:
		return move[uint8](name)
	case u16:
		return move[uint16](name)
	case u32:
		return move[uint32](name)
	case u64:
		return move[uint64](name)
	case f32:
		return move[float32](name)
	case f64:
		return move[float64](name)
	case str:
		return move[string](name)
	case word:
		return move[unsafe.Pointer](name)
	case eface:
		return move[any](name)
	case iface:
		return move[error](name)
	}
	return nil
}

func move[E any](name string) any {
	switch name {
	case "Reverse":
		return slices.Reverse[[]E, E]
	case "SortFunc":
		return slices.SortFunc[[]E, E]
	case "SortStableFunc":
		return slices.SortStableFunc[[]E, E]
	case "SortedFunc":
		return func(seq func(yield func(E) bool), cmp func(E, E) int) []E { return slices.SortedFunc(seq, cmp) }
	case "SortedStableFunc":
		return func(seq func(yield func(E) bool), cmp func(E, E) int) []E { return slices.SortedStableFunc(seq, cmp) }
	}
	return nil
}

// reflected serves elements of any type.
func reflected(name string, typ reflect.Type) (reflect.Value, bool) {
	if name != "Reverse" {
		return reflect.Value{}, false
	}
	return reflect.MakeFunc(typ, func(args []reflect.Value) []reflect.Value {
		swap := reflect.Swapper(args[0].Interface())
		for i, j := 0, args[0].Len()-1; i < j; i, j = i+1, j-1 {
			swap(i, j)
		}
		return nil
	}), true
}
