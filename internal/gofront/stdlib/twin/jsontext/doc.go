// Package jsontext is the twin of the generic part of std's encoding/json/jsontext,
// which came with Go 1.27.
package jsontext
