// Package browser runs programs in TypeScript and JavaScript as a reader's browser
// does, in a headless Chromium, for checks of articles.
//
// # Theory of operation
//
// Start starts a server on loopback and a Chromium that opens its one page, with a
// profile in a temporary folder. The page (web/static/dev/check.js) asks for
// programs, one request after the other, runs each in a frame by the scripts that
// readers get, and posts what it did:
//
//	RunScript ─▶ jobs ─▶ GET next ─▶ page ─▶ frame, worker
//	          ◀─ the job's channel ◀─ POST done ◀┘
//
// A job has a number; what comes for none that waits is dropped. Addresses begin
// with a random token, so that no other user of the machine is taken for the page.
// One goroutine serves, one waits for Chromium to end; Close ends both and waits.
//
// # Trust
//
// The programs are the author's, who could run them anyway. They are in the same
// frame as for readers nevertheless: what is checked is what readers get.
package browser
