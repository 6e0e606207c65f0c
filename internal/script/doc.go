// Package script makes the JavaScript that browsers run of the TypeScript and
// JavaScript in articles. Types are taken away and not checked.
//
// Compile is a pure function around esbuild's Go API; it keeps nothing, reads no
// file and starts no process. Package render calls it for what authors wrote, and
// the result travels with the page. What readers write meets it in a worker only
// (package worker, the tasks typescript and javascript), behind all walls: a parser
// of that size is not for hostile input in a server.
//
// The result is a program for web/static/frame, which puts it into an async
// function: a browser runs no ES module in a sandboxed frame's worker, and a
// classic script has no await at its top. So the result is what esbuild prints as
// an ES module, without its exports, which nothing could import; and import is
// refused, with a sentence about what there is instead.
//
// Class fields are defined as the language does today (useDefineForClassFields),
// as in a project made from the template vanilla-ts: a field's initialiser is
// evaluated before constructor parameters become properties. With esbuild's
// Target below ES2022 it would be the other way round.
package script
