package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing in an article that its author has to mend.
type Error struct {
	File    string
	Line    int // counts from 1
	Column  int // in bytes, from 1; 0 where it is about a whole line
	Message string
}

// Error formats e the way compilers do: file:line:column: message.
func (e *Error) Error() string {
	if e.Column > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Errors is all that is wrong with an article, in the order of its lines.
type Errors []*Error

// Error lists one error a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	return e
}
