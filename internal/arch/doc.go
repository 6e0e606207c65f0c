// Package arch holds no code: its tests keep the arrows between the packages as
// docs/design.md draws them.
package arch
