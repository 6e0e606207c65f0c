// Package iter is the twin of std's iter.
package iter

import "playground/internal/gofront/stdlib/host"

// Seq is a push iterator over values.
type Seq[V any] func(yield func(V) bool)

// Seq2 is a push iterator over pairs.
type Seq2[K, V any] func(yield func(K, V) bool)

// Pull turns seq into a pull iterator that runs on a coroutine.
func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) {
	pull, stop := host.Pull(func(yield func(any) bool) {
		seq(func(v V) bool { return yield(v) })
	})
	return func() (V, bool) {
		v, ok := pull()
		if v == nil { // the end, or a nil of interface type
			var zero V
			return zero, ok
		}
		return v.(V), ok
	}, stop
}

// Pull2 is Pull for pairs.
func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	pull, stop := host.Pull2(func(yield func(any, any) bool) {
		seq(func(k K, v V) bool { return yield(k, v) })
	})
	return func() (K, V, bool) {
		var key K
		var val V
		k, v, ok := pull()
		if k != nil {
			key = k.(K)
		}
		if v != nil {
			val = v.(V)
		}
		return key, val, ok
	}, stop
}
