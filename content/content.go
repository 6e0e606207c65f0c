// Package content holds the articles that the server publishes, and nothing
// else. It imports nothing of this module: what reads an article is handed FS,
// or any other fs.FS with the same files, so that an author can point the
// server at a directory and a test at a map.
package content

import "embed"

// Post is the name of the article in FS.
const Post = "post.md"

// FS holds post.md. It is read-only.
//
//go:embed post.md
var FS embed.FS
