//go:build go1.27

package jsontext

import (
	"encoding/json/jsontext"

	"playground/internal/gofront/stdlib/host"
)

// AppendFormat appends src, formatted, to dst.
func AppendFormat[Bytes ~[]byte | ~string](dst []byte, src Bytes, opts ...jsontext.Options) ([]byte, error) {
	return host.JSONAppendFormat(dst, []byte(src), opts...)
}

// AppendQuote appends src as a JSON string to dst.
func AppendQuote[Bytes ~[]byte | ~string](dst []byte, src Bytes) ([]byte, error) {
	return host.JSONAppendQuote(dst, []byte(src))
}

// AppendUnquote appends what the JSON string src says to dst.
func AppendUnquote[Bytes ~[]byte | ~string](dst []byte, src Bytes) ([]byte, error) {
	return host.JSONAppendUnquote(dst, []byte(src))
}
