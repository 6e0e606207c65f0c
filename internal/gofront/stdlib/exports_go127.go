//go:build go1.27

package stdlib

import _ "embed"

// exports is a zip archive with one entry per package, read in place: pages
// that no program asks for are never touched, and those that are asked for
// are shared between workers.
//
//go:embed export/go1.27.zip
var exports string
