//go:build go1.27

package json

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"reflect"

	"playground/internal/gofront/stdlib/host"
)

// MarshalFunc makes fn the marshaler of values of type T.
func MarshalFunc[T any](fn func(T) ([]byte, error)) *json.Marshalers {
	return host.JSONMarshal(reflect.TypeFor[T](), func(v any) ([]byte, error) { return fn(v.(T)) })
}

// MarshalToFunc makes fn the marshaler of values of type T.
func MarshalToFunc[T any](fn func(*jsontext.Encoder, T) error) *json.Marshalers {
	return host.JSONMarshalTo(reflect.TypeFor[T](), func(enc *jsontext.Encoder, v any) error { return fn(enc, v.(T)) })
}

// UnmarshalFunc makes fn the unmarshaler of values of type T.
func UnmarshalFunc[T any](fn func([]byte, T) error) *json.Unmarshalers {
	return host.JSONUnmarshal(reflect.TypeFor[T](), func(b []byte, v any) error { return fn(b, v.(T)) })
}

// UnmarshalFromFunc makes fn the unmarshaler of values of type T.
func UnmarshalFromFunc[T any](fn func(*jsontext.Decoder, T) error) *json.Unmarshalers {
	return host.JSONUnmarshalFrom(reflect.TypeFor[T](), func(dec *jsontext.Decoder, v any) error { return fn(dec, v.(T)) })
}

// GetOption returns the value of the option that setter sets.
func GetOption[T any](opts json.Options, setter func(T) json.Options) (T, bool) {
	v, ok := host.JSONOption(opts, setter)
	t, _ := v.(T)
	return t, ok
}
