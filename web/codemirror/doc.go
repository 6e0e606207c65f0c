// Command codemirror makes web/static/vendor, the editor's library, of the npm
// packages that package-lock.json pins:
//
//	npm ci --prefix web/codemirror --ignore-scripts
//	go run ./web/codemirror
//
// npm is needed for nothing else. The packages are bundled by the esbuild that
// go.mod pins, so the same lockfile gives the same bytes everywhere; a test
// holds the committed files to that. What entry/codemirror.js names becomes one
// file, and the grammar of scripts, entry/javascript.js, another one that takes the
// rest from it. Licences are copied into LICENSES.txt beside it, which is served as it is.
package main
