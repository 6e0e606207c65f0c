// Package table holds the standard library's run-time symbols, one generated
// function per package for the oldest Go release that the module builds with,
// and one file for what each newer release adds. A table is built when it is asked for: nothing here
// runs, and no map exists, before that.
package table

import (
	"maps"
	"reflect"
)

// Of returns a new table of the functions, variables (addressable) and types
// (a nil pointer to each) that the package at path exports, or nil when there
// is no table for path.
func Of(path string) map[string]reflect.Value {
	table, more := of(path), added(path)
	if table == nil {
		return more
	}
	maps.Copy(table, more)
	return table
}
