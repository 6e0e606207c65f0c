// Package web holds the page: its templates, style sheets and scripts, embedded
// as they are written. It contains no logic of the server.
//
// # Templates
//
// Templates() are for html/template, parsed together as "*.html". Pages get a
// pages.Page:
//
//	post.html   an article
//	list.html   the articles of a site, or of a tag
//	error.html  what went wrong
//	embed.html  one program, for frames on other sites
//	head.html   the parts of all of them; a theme may replace each alone
//	shared.html a program or a run that a reader shared: .Shared
//	answer.html .Findings, .Lines, .Reason: what a program said, where there are no scripts
//
// # Static files
//
// asset.Bundle(Static()) are served below /static/<version>/: the scripts are ES
// modules that import each other by relative paths, so one changed file changes
// the address of all, and each may be cached for ever. A server that reads them
// from disk while the author works uses any other prefix with no-cache.
//
// A page names two of them, bundle.js and bundle.css, which are made of the
// others when a server starts: whoever is far away waits for two answers, not
// for two dozen. The files themselves are served too, as they were written, to
// be read.
//
// # Scripts
//
//	playground.js             entry of the bundle: defines <code-runner>, starts the contents' marker
//	early.js                  puts the reader's theme into effect before anything is painted
//	theme.js                  the choice of it
//	contents.js               marks the section that is being read
//	dom.js                    makes elements
//	format.js                 numbers with units
//	clipboard.js              copies text
//	download.js               saves files
//	diff.js                   which lines two texts have in common
//	storage.js                what browsers keep
//	platform.js               what keys are called
//	turns.js                  does things in tasks of their own
//	search.js                 searches a list of articles; loaded by pages that have one
//
//	widget/runner.js          the element: state of a run, and what becomes of its messages
//	widget/bar.js             its buttons, and which of Run and Stop is there
//	widget/program.js         the reader's program: edits, versions, formatting, findings
//	widget/editor.js          the editor of a block: plain at first, CodeMirror when the reader comes
//	widget/plain.js           a textarea over highlighted lines
//	widget/highlight.js       Go's tokens, in the classes of syntax.css
//	widget/source.js          positions in a program's text
//	widget/diagnostics.js     the compiler's findings, each a button that goes to its line
//	widget/drafts.js          the reader's edits, in localStorage
//	widget/files.js           tabs for the files of a program; loaded, with its style sheet, where there are several
//	widget/changes.js         what the reader changed, or how two versions differ; loaded, with its style sheet, where there is something
//	widget/choice.js          which of two versions of a program to go on with; loaded when there is a question
//	widget/formatter.js       gofmt, the compiler and vet, beside a program that runs; loaded when they are asked
//	widget/documented.js      what the author says that a program prints, and whether it did
//	widget/comparison.js      how the two are compared; loaded when a block is touched
//	widget/predict.js         asks readers what a program prints; loaded where the author does
//	widget/sharing.js         what Share does, and programs that the page's address names; loaded for that
//	widget/knobs.js           sliders for numbers of a program; loaded where it has some
//	widget/ways.js            what More shows: ways to run a program besides the plain one; loaded when it is pressed
//	widget/extras.js          what is offered of a run besides its output; loaded with the terminal
//	widget/plots.js           the Chart button; loaded with the terminal
//	widget/dock.js            keeps bar and output in the window while the block is in use
//	widget/status.js          how a run is doing, in words and numbers
//	widget/views.js           what is shown of a run: its output, its timeline, or what is added later
//	widget/trace.js           the name of a run in the server's log
//
//	chart/chart.js            series that a run prints, as picture, table, files; loaded when it is opened
//	chart/series.js           key=value in what a program prints
//	chart/picture.js          steps and bands over a time axis, as SVG
//
//	runs/history.js           the runs that have ended; loaded with the terminal
//	runs/replay.js            one of them in its own time, or in slow motion; loaded, as the next ones, when it is opened
//	runs/compare.js           two of them on one clock
//	runs/repeat.js            ten runs in a row, and what came out differently
//	runs/lines.js             what they printed, and which lines moved
//	runs/clock.js             a slider over the time of a run, play and pause
//
//	share/panel.js            links to a program and to a run; loaded when Share is pressed
//	share/opened.js           what the page's address says that a program is to show
//	share/packed.js           a program as a part of an address
//
//	output/output.js          what a program printed
//	output/terminal.js        the same as rows that a terminal's cursor moves in; loaded when a block is touched
//	output/row.js             one of them
//	output/lines.js           rows as lines of the page, in blocks that are laid out when they are in sight
//	output/picture.js         a line that is a PNG
//	output/deadlock.js        what each goroutine waits for; loaded when all do
//	output/places.js          names of a program's files
//	output/announcer.js       tells screen readers of output, at their pace
//	output/text.js            how a row is drawn: styles, places in the program
//	output/advice.js          what to try when a program did not end well
//	output/words.js           its words; loaded when a block is touched
//	output/tools.js           copying and saving it
//	output/input.js           a line for a program that waits for one
//
//	editor/rich.js            the editor proper; loaded when the reader comes to a block, with all of editor
//	editor/theme.js           how it looks
//	editor/colours.js         tokens in the classes of syntax.css
//	editor/grammar.js         what brackets, indentation and folding go by; that of scripts is loaded for them
//	editor/indent.js          indentation as gofmt has it
//	editor/folds.js           parts that are folded away
//	editor/keys.js            what keys do
//	editor/keylist.js         the list of them, and a row of them for phones
//	editor/wrap.js            long lines: wrapped, or signed where they are cut
//	editor/narrow.js          one of several files is shown, and keys stay in it
//	editor/marks.js           lines that the compiler spoke of
//	editor/findings.js        what it says of a piece of them, also while the reader types
//	editor/fixes.js           changes that mend a finding
//	editor/assist.js          completion, signatures, the meaning of names
//
//	vendor/                   CodeMirror, made by web/codemirror
//
//	timeline/timeline.js      what goroutines did to each other; loaded, with its style sheet, when it is opened
//	timeline/model.js         the events of a run put together: lanes, bars, links
//	timeline/picture.js       what is where in the picture
//	timeline/pens.js          drawing it on a canvas, or as SVG
//	timeline/axis.js          which times are marked
//	timeline/replay.js        where the head of a replay is
//	timeline/words.js         the same facts as a paragraph and as a table
//
//	schedules/orders.js       the view of what else could happen; loaded with the terminal
//	schedules/schedules.js    outcomes of a program in other orders; loaded, with its style sheet, when they are asked for
//	schedules/side.js         one order, run again
//	schedules/player.js       the reader says who goes on
//	schedules/showing.js      what such an order prints, and its timeline
//	schedules/link.js         links to an order
//	schedules/words.js        outcomes and switch points in words
//
//	backend/connection.js     whose message is whose; makes a lost connection again
//	embed/embed.js            what other sites load: finds their listings, and gives them a Run button
//	embed/widget.js           the element in a shadow tree there; loaded when a reader touches one
//
//	dev/check.js              runs programs for "playground check"; loaded by that only
//	dev/follow.js             pages follow what their author saves; loaded under serve --dev only
//
//	backend/server.js         where the server is
//	backend/recorded.js       plays a recorded run where no server can be reached; loaded then
//	backend/socket.js         messages over the websocket at /ws
//	backend/requests.js       the same over requests to /api, where a proxy lets no websocket through
//	backend/scripts.js        who runs a block: the server, or a frame for TypeScript and JavaScript
//	backend/frame.js          runs a program in a frame; loaded near such a block, minified as frame.min.js
//	backend/compile.js        has the server compile what a reader changed of such a program
//	backend/trace.js          traces in the reader's lines; loaded when there is one
//	backend/withheld.js       what browsers keep from programs; loaded when one fails
//	backend/session.js        what the tab remembers over a reload, in sessionStorage
//
//	frame/page.js             the frame's page: starts one program, hands on what it prints
//	frame/worker.js           the worker before its program: timers, the end, what is withheld
//	frame/outbox.js           what a program printed, on its way out
//	frame/console.js          the console
//	frame/inspect.js          values, as Node prints them
//	frame/rare.js             what of the console few programs need: the texts of objects that
//	                          keep theirs to themselves; given to programs that name any of it
//	frame/table.js            console.table, part of that
//
// asset.Bundle makes the frame's page of those, one file with a policy of its own.
//
// The element enhances HTML that is complete without it, down to a form in
// noscript that runs the program; nothing else of the page needs JavaScript. A run has an id that the page chose; a message for a
// run that the page has forgotten is dropped. A program's output reaches the
// page through text nodes only.
//
// A run outlives its connection, and the page that began it: what the page has
// not seen it asks for on the next connection, from the number of the last
// message that came, and a page that is loaded again follows the runs that its
// tab left under way.
//
// # Trust
//
// ContentSecurityPolicy must be sent with every page. It allows scripts, style
// sheets, images and connections of the page's own origin only, nothing
// inline, and nobody to frame the page but its own origin.
package web
