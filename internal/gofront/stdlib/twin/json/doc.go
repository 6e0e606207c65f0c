// Package json is the twin of the generic part of std's encoding/json/v2,
// which came with Go 1.27.
package json
