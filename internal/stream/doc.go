// Package stream carries runs between readers and the sandbox: programs in,
// their output out while they run. It has a Server, the http.Handler of a
// websocket endpoint, and a Writer, which writes the same messages to a file
// or a terminal, one a line.
//
// # The wire
//
// Every websocket message is text: one JSON object, with a "type". Fields that
// a server or a client does not know are ignored. A line of newline-delimited
// JSON is the same object without a socket around it. The types in message.go
// are the messages from the server, field by field.
//
// From the client:
//
//	{"type":"run","id":"a1","source":"package main…","stdin":"…","args":["…"],
//	 "limits":{"wallMs":8000,"cpuMs":2000}}
//	{"type":"kill","id":"a1"}
//
// id is the client's own choice: 1 to 64 of the characters A-Z a-z 0-9 _ . : -
// and new for every run of a session. source is one Go file, or several as a
// txtar archive. stdin, args (at most 64, together 4 KiB) and limits may be
// left out; limits are milliseconds, 0 or absent asks for the server's own,
// and more than those is cut to them: start says which limits hold.
// With "task":"format" the program is not run but printed to stdout as gofmt
// would, with the imports of the standard library that it needs and no others;
// all else is as for a run.
// The type "resume" is reserved; it is answered by the error unsupported.
//
// From the server, for each run in this order:
//
//	{"type":"queued","id":"a1","position":3}                 none, one or more
//	{"type":"start","id":"a1","limits":{"wallMs":8000,"cpuMs":2000,
//	 "memory":134217728,"output":262144,"source":65536}}
//	{"type":"diagnostic","id":"a1","severity":"error","code":"types.…",
//	 "message":"…","file":"main.go","line":3,"column":7,"endLine":3,"endColumn":9}
//	{"type":"stdout","id":"a1","seq":1,"t":1201,"body":"hello\n"}
//	{"type":"stderr","id":"a1","seq":2,"t":1544,"body":"…"}
//	{"type":"meter","id":"a1","t":250113,"cpu":1120,"memory":4194304,"output":6}
//	{"type":"end","id":"a1","t":300512,"status":"ok","reason":"finished in 0.3 s",
//	 "exit":0,"cpu":2120,"wall":300512,"memory":5242880,"output":6}
//
// Diagnostics, output and meters come in the order in which they happened. end
// comes exactly once, after everything else. A run that is refused gets an
// error with its id instead; so whichever of the two comes is the last message
// about that run, and until then it occupies one of the session's places.
//
// Units: t, cpu and wall are microseconds, t and wall since the program was
// handed to its worker; memory and output are bytes; line and column count
// from 1, columns in bytes. status is one of ok, compile_error, exit, panic,
// deadlock, cpu_limit, wall_limit, memory_limit, output_limit, killed,
// client_gone and sandbox_failure. reason is a sentence ready to be shown.
//
// Output: seq counts stdout and stderr together, from 1, without gaps. t was
// taken where the bytes were read. A body has at most 8 KiB and ends anywhere,
// not only at line ends. It is valid UTF-8: a rune that a read cut in two is
// held back, at most 3 bytes of each stream, until its other half or the end
// comes, and every other byte that belongs to no rune becomes U+FFFD. All else
// is as the program wrote it, NUL and escape sequences included: show it as
// text, never as HTML. Pieces of one stream that the client has not taken yet
// are merged into one message with the t of the first; of meters, only the
// newest is kept.
//
// Errors:
//
//	{"type":"error","id":"a1","code":"busy","message":"busy: 16 programs…"}
//
//	malformed         not UTF-8, not JSON, or a field of the wrong type
//	unknown_type      the message's type is not one of the above
//	unsupported       resume
//	bad_request       a field is missing or out of range
//	source_too_large  the program is over the limit, which the message names
//	stdin_too_large   so is its standard input
//	too_many_runs     this session has 4 (Config.MaxRuns) running or waiting
//	busy              every worker and every place in the queue is taken
//	unavailable       workers cannot be started at the moment
//	shutting_down     the server ends
//	duplicate         the id belongs to a run of this session that has ended
//	unknown_run       kill for an id that this session has not seen
//
// No error ends the session. A run is idempotent within a session: the same id
// while the run is going is ignored, since its messages are on their way
// anyway, and after its end (the latest 256 are remembered) it is the error
// duplicate. The id of a refused run may be used again. A kill for a run that
// has ended is ignored. A killed run ends with status killed, after what it
// had printed.
//
// Close codes:
//
//	1001  the server shuts down; runs that have not ended get no end
//	1002  the client broke the websocket protocol (or no code at all)
//	1003  a binary message
//	1008  more than 32 errors that the client has not read
//	1009  a message over the limit (Config.MaxMessage, about 800 KB)
//	1006  (no close frame) the client read nothing for 30 s, or gave no sign
//	      of life for 20 s and then 30 s more
//
// Before the handshake: 403 for an Origin that is absent or not the server's,
// or a Host that is not; 503 with Retry-After when the server shuts down or
// has too many sessions; 426 for what is no websocket handshake. The reason is
// in the body. A client that is no browser has to send an Origin too.
//
// # Backpressure
//
// What a program printed waits in the outbox, in a lane of its run: 32 KiB,
// one message in flight beside it. While a lane is full the run's sink blocks,
// and so does the program, at its next write. So a slow reader slows the
// program down, whose limits go on counting; it never costs more memory. The
// lanes of a session take turns, so a flood in one widget does not hold up
// another. Commands are obeyed however far behind the client is: a kill
// reaches a stalled program at once.
//
// A client that takes no whole message within WriteTimeout is dropped, and its
// runs are killed. A message is 64 KiB at the very most, so whoever reads a few
// kilobytes a second is served to the end.
//
// While the client keeps up, a line is sent as it comes. Only a session that
// sends more than a thousand small messages a second is paced, to one per
// millisecond: what comes meanwhile is merged.
//
// # Goroutines
//
// A session is four kinds of goroutine, all of them waited for by the first:
//
//	reader  the http.Server's own, in Server.ServeHTTP. It only reads, and
//	        obeys. When it can read no more the client is gone: it ends the
//	        session's context, and with it every run, at once.
//	writer  session.write, the only sender of messages. Ends with the context,
//	        or drops the connection when it cannot write.
//	keeper  session.keep: pings, and the close frame at shutdown. Ends with
//	        the context.
//	runs    session.run, one for each run: calls the Runner. Ends with it.
//
// The websocket library has one more for each connection; conn.release waits
// for that. Two timers (closeHandshake) drop a connection whose peer does not
// answer a close frame. Contexts of requests play no part: behind an
// http.Server they do not end when the client of a websocket goes.
//
// Shutdown, in order: new sessions are refused; each session ends its context,
// which kills its runs, lets the writer finish its message and sends a close
// frame; its peer has a second to answer; then the connection is closed and
// the goroutines are waited for. No context is ever given to the websocket
// library that this could end, because it would drop the connection without
// a close frame.
//
// # Trust
//
// A client is a stranger: everything that it sends is bounded before it is
// kept, checked before it is used, and answered when it is wrong. Only pages
// of this server may connect, and those of Config.AllowedOrigins. Output and
// diagnostics are a stranger's too; they are encoded, never interpreted.
//
// Not in this package: how many programs run at once (the sandbox admits
// them), limits by address or account, and anything that outlives a session.
package stream
