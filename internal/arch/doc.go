// Package arch holds no code: its test keeps the arrows between the packages
// as docs/design.md draws them.
package arch
