// Package hkdf is the twin of std's crypto/hkdf.
package hkdf

import (
	"hash"

	"playground/internal/gofront/stdlib/host"
)

// Extract returns a pseudorandom key.
func Extract[H hash.Hash](h func() H, secret, salt []byte) ([]byte, error) {
	return host.HKDFExtract(func() hash.Hash { return h() }, secret, salt)
}

// Expand derives a key from a pseudorandom key.
func Expand[H hash.Hash](h func() H, pseudorandomKey []byte, info string, keyLength int) ([]byte, error) {
	return host.HKDFExpand(func() hash.Hash { return h() }, pseudorandomKey, info, keyLength)
}

// Key is Extract and Expand.
func Key[Hash hash.Hash](h func() Hash, secret, salt []byte, info string, keyLength int) ([]byte, error) {
	return host.HKDFKey(func() hash.Hash { return h() }, secret, salt, info, keyLength)
}
