// Package stream joins runs to the connections of their readers: a websocket,
// and its twin over plain HTTP. docs/protocol.md says what goes over them,
// message by message; package protocol has the messages, and package runs the
// runs, which outlive connections.
//
// # Sessions
//
// A websocket belongs to a session, named by a token that its client has from
// the server or made itself. The client starts runs, and listens to runs of its
// session that it started elsewhere (resume); whoever loses a connection opens
// another and goes on after the last message that arrived.
//
// # Backpressure
//
// What a program printed waits in its run's journal. The runs of a session take
// turns, so a flood in one widget does not hold up another. Commands are obeyed
// however far behind the client is: a kill reaches a stalled program at once. A
// client that takes no whole message within WriteTimeout is dropped; its runs
// go on for a while without it. While the client keeps up, a line is sent as it
// comes. Only a session that sends more than a thousand small messages a second
// is paced, to one per millisecond, while what comes meanwhile can be merged. Who
// is behind, as whoever asks again for what a run said, is sent 4 KiB for each
// message that the client may send.
//
// # Memory
//
// An idle session is one goroutine, that of its reader, two buffers of half a
// kilobyte, and what the websocket library needs: 14 KiB in all. A message is
// bounded in bytes and in time; what has come of the large ones is bounded in
// all, and one client cannot use that up. Sessions are bounded, all of them and
// those of one client, and a refused one costs nothing.
//
// A message costs processor time, too, whatever it asks for: one client's are
// read at a rate, over all its connections, and those beyond wait in its own
// kernel. A large one counts as several, and waits for them in its room before it
// is decoded, so that what waits is bounded and a client cannot owe minutes.
// Frames of which no message comes are counted below the library (frameReader).
//
// # Goroutines
//
//	reader  Server.ServeHTTP starts one for each session: session.serve. It
//	        only reads, and obeys. When it can read no more the client is gone:
//	        it waits for the writer and lets go of the runs.
//	answer  one at a time for the reader, which waits for it: session.answer.
//	writer  session.write, the only sender of messages, there while there is
//	        something to write or a run to listen to (waited for by the reader).
//	keeper  one for the Server: asks silent clients for a sign of life, some at
//	        a time, each on a goroutine that it waits for (owner: Shutdown).
//
// Where other servers would go on (Config.Elsewhere), the writer also says so often that
// the server is there that a client soon leaves one that stands still.
//
// The handlers of the HTTP twin run on the http.Server's goroutines. The
// websocket library has one more for each connection; conn.release waits for
// that. Timers drop a connection whose peer does not answer a close frame.
//
// Shutdown: new sessions are refused, each open one gets a close frame that
// says to come back (1012), its peer has a second to answer, and the goroutines
// are waited for. No context is ever given to the websocket library that this
// could end, because it would drop the connection without a close frame. The
// runs are the Book's to drain, before.
//
// # Trust
//
// A client is a stranger: everything that it sends is bounded before it is
// kept, checked before it is used, and answered when it is wrong. Only pages
// of this server may connect, and those of Config.AllowedOrigins; the HTTP twin
// also serves clients that are no browsers. Output and diagnostics are a
// stranger's too; they are encoded, never interpreted.
package stream
