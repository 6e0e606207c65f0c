// Package articles reads what a site publishes: one article, or a folder of them.
//
// # A folder
//
// Every Markdown file of the folder and of its folders is an article, but for
// those whose name, or whose folder's name, begins with a point or an
// underscore, and README.md. Its address is its slug: the one of its front
// matter, or its file's name without a date before it; index.md has its
// folder's. The index.md of the folder itself is no article but the head of the
// list of them. Articles are in the order of their dates, the newest first; those
// without a date come last, by name.
//
// # Trust
//
// Authors are trusted; their folder may still have a link in it that leads
// elsewhere. Folders are read through an fs.FS that does not follow such links
// (os.Root's), and only what ends in .md, and what an article shows, is read at
// all. Drafts are left out before anything else sees them, unless asked for.
//
// The package keeps no state and starts no goroutine. It does not notice changes:
// whoever publishes reads again.
package articles
