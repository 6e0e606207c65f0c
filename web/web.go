package web

import (
	"embed"
	"io/fs"
)

//go:embed static templates
var files embed.FS

// ContentSecurityPolicy is the policy that every page is served with.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// Static returns the style sheets, scripts and images.
func Static() fs.FS { return sub("static") }

// Templates returns the page templates.
func Templates() fs.FS { return sub("templates") }

func sub(dir string) fs.FS {
	tree, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // dir is a constant and valid
	}
	return tree
}
