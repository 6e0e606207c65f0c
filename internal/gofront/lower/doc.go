// Package lower is a placeholder doc while the passes settle.
package lower
