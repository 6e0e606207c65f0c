// Package pbkdf2 is the twin of std's crypto/pbkdf2.
package pbkdf2

import (
	"hash"

	"playground/internal/gofront/stdlib/host"
)

// Key derives a key from a password.
func Key[Hash hash.Hash](h func() Hash, password string, salt []byte, iter, keyLength int) ([]byte, error) {
	return host.PBKDF2Key(func() hash.Hash { return h() }, password, salt, iter, keyLength)
}
