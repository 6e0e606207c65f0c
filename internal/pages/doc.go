// Package pages makes every document of a site out of its articles: pages, the
// list of articles, tags, feed, sitemap, the index for searching, the pictures of
// links. What serves them and what writes them into a folder use the same ones.
//
// A Builder has the templates, of the binary or of a theme; Build returns the
// documents by their paths below the site's address. Pages are made at once, so
// that a mistake in a theme is found before readers see it; what few ask for is
// made when it is asked for.
//
// # Addresses
//
// A site stands at a base path, "/" or what follows the host in its public
// address. Links within it begin with the base, so that they hold wherever a
// page is; feed, sitemap and social tags have whole addresses, which need to be
// known. Scripts find the server by the head's meta element "playground-server".
//
// # Themes
//
// A theme is a folder. templates/*.html in it replace templates of their names,
// or the parts of them that they define; static/theme.css is loaded behind the
// page's own style sheet, so that it can set the variables of journal.css; other
// files of static/ are served beside it. A theme cannot loosen the content
// security policy: it is the author's, and still no place for scripts of others.
//
// The package keeps no state and starts no goroutine.
package pages
