package web

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed static templates
var files embed.FS

// ContentSecurityPolicy is the policy that every page is served with.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// StaticPolicy is the policy of pages that are files and say it themselves.
// Programs run at runner, the address of a server; or nowhere, if that is "".
func StaticPolicy(runner string) string {
	connect := "'self'"
	if runner != "" {
		origin := strings.TrimSuffix(runner, "/")
		if scheme, rest, ok := strings.Cut(origin, "://"); ok {
			host, _, _ := strings.Cut(rest, "/")
			origin = scheme + "://" + host
		}
		connect += " " + origin + " ws" + strings.TrimPrefix(origin, "http")
	}
	policy := strings.Replace(ContentSecurityPolicy, "connect-src 'self'", "connect-src "+connect, 1)
	// A page cannot say this of itself.
	return strings.TrimSuffix(policy, "; frame-ancestors 'self'")
}

// EmbedPolicy is the policy of pages that those origins may frame, as may our own.
func EmbedPolicy(origins []string) string {
	return strings.Replace(ContentSecurityPolicy, "frame-ancestors 'self'", strings.Join(append([]string{"frame-ancestors 'self'"}, origins...), " "), 1)
}

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
