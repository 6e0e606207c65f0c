// Package arch holds no code: its tests hold docs/design.md and docs/working.md
// to the module. The arrows between the packages are as the one draws them, and
// what the other names is there.
package arch
