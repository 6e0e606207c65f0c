// Package asset sends documents that are the same for everybody: the article,
// style sheets, scripts.
//
// # Theory of operation
//
// An Asset is a body with its compressed forms, Brotli and gzip. A form is made
// when it is first asked for and then kept: the best quality costs a third of a
// second for a long article, so it is paid once per body, and not at all for
// forms that nobody asks for. Each form is a representation of its own, with an
// ETag of its own; Vary tells caches so. Whoever asks again with the tag of the
// form that would be sent gets 304.
//
// # Trust
//
// Compressing a secret beside what a stranger chose tells the secret by its
// length (BREACH). So nothing is compressed here that depends on a request, and
// what does, the streams of runs and the pages that tell errors, is not sent
// through here. No goroutine is started.
package asset
