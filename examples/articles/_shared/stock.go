// Package stock is included by articles, as a whole or in parts.
package stock

import "fmt"

//region type

// Stock counts what is there.
type Stock map[string]int

//endregion

//region take

// Take takes one, if there is one.
func (s Stock) Take(what string) error {
	if s[what] == 0 {
		return fmt.Errorf("no %s left", what)
	}
	s[what]--
	return nil
}

//endregion
