// Package render turns a Markdown article with runnable programs into one
// HTML page. Call Render; it is a pure function of its arguments, keeps no
// state and starts no goroutine.
//
// # Where to look
//
//	render, walk             the way of an article; its tree, node by node
//	head, frontmatter        front matter: where it ends, and what its keys mean
//	heading, headingattr, anchor, callout, container, inline   headings, anchors, call-outs, titles
//	block, infostring, attribute, asked, expected   runner blocks: how they are written, what
//	                         each attribute means, what a run is given, documented outputs
//	fences, fence            fences that would vanish; fences for those who rewrite them
//	regions, screen, template   folded parts and marked lines; what is folded of a long program;
//	                         fences that hold only some lines of one
//	program, include, origin programs in several fences and files, and where each line was written
//	script, knob             blocks that browsers run; numbers that readers turn
//	html, rawhtml            what is written; what of an author's own HTML cannot work
//	link                     where links lead, also those that were made for other systems
//	errors                   what an author is told
//
// # The article
//
// A file is front matter, YAML between two lines of "---", TOML between two of
// "+++" or a JSON object, then Markdown: GitHub's flavour with footnotes, typographic quotes,
// call-outs and runner blocks.
//
//	---
//	title: Correct under `stress`
//	date: 2026-10-01
//	summary: One sentence for the page's head and for feeds.
//	lang: en
//	---
//
// Titles and the summary are inline Markdown. Keys that mean nothing here are
// warnings, and keys of other systems not even that. Without a title the first
// heading is the title, or the file's name.
//
// A call-out is a block quote whose first line names its kind, and a title of
// its own if it wants one:
//
//	> [!TAKEAWAY] Say it once
//	> A request is a budget.
//
// What Docusaurus and others write between lines of colons, and MkDocs below "!!!", is
// one too.
//
// # Runner blocks
//
// A fence whose info string has the word runner becomes a widget in which the
// reader can change and run the program. The info string is
//
//	info      = language { word | attribute }
//	attribute = name "=" ( bare | quoted )
//
// where a bare value has no spaces and a quoted one stands between two single
// or two double quotes, with \ before a quote or a \ that belongs to it. The
// words and attributes of a runner block are
//
//	runner           makes it one
//	title="…"        caption and accessible name; "Program 3" without
//	id=semaphore     stable anchor; derived from the title without
//	wall=8s          limit of elapsed time; at most the operator's
//	cpu=2s           limit of processor time; at most the operator's
//	memory=64MiB     limit of memory; at most the operator's
//	procs=1          its GOMAXPROCS
//	args="-n 3"      its arguments, taken apart as shells do
//	stdin="3\n"      all that it reads; readers type it otherwise
//	ends=panic       how it ends, for check: see expect.Ends; ok without
//	include=q.go#x   its lines are those of a file beside the article, or of a region of it
//	after=semaphore  goes on with that program, whose lines come before
//	leaks            leaves goroutines behind on purpose: readers are not told so
//	plot             a chart of the values that it prints is shown while it runs
//	knob="n: 1..16"   readers turn the number that the program gives to that name
//	predict          readers are asked what it prints before they see what is documented
//	observe          the timeline of each run is shown
//	readonly         runs, but cannot be edited
//	unfolded         nothing of it is folded away by itself, however long it is
//	collapsed        its title is shown, and the rest when the reader asks for it
//	template=main    completes a fence in Go that holds only some lines: main, func or
//	                 a file of the author's; of a script: vanilla-ts, vanilla
//
// A fence with file=NAME with=ID, and without the word runner, is one file of that
// block's program, which is then an archive.
//
// A fence of the language output right behind a runner block is what the program
// prints:
//
//	```output [ exact | unordered | contains | regexp | any ] [ends=…]
//
// Readers see it before they run the program, and how their run differs after;
// "playground check" holds every run against it. Package expect says what the
// words mean.
//
// Info strings follow CommonMark, with its escapes and entities; what other
// systems write there is a warning. What looks like a runner block's fence and
// is none to Markdown is an error: no program vanishes, and none swallows what
// follows it.
//
// A program in TypeScript or JavaScript runs in the reader's browser (package
// script). It is compiled here; its element has the result, data-code and data-map,
// and the limits that no server holds, data-wall-ms and data-output.
//
// A program without a title is numbered, and its anchor moves when programs
// are inserted before it: give it a title or an id if people should link to
// it. A runner block in any other language is a static block with a note
// that says so.
//
// # What comes out
//
// The HTML is complete without JavaScript, without style sheets and on paper.
// A widget is an unknown element, which browsers and feed readers show as its
// content, around a plain figure:
//
//	<code-runner data-lang="go" id="semaphore" data-run="{…}" readonly>
//	<figure class="runner"><figcaption><a href="#semaphore">Semaphore</a></figcaption>
//	<pre class="chroma" tabindex="0"><code class="language-go">…</code></pre></figure>
//	</code-runner>
//
// data-run is what each run asks for besides its program, in the words of the
// protocol (Asked). The text content of its code element is exactly Block.Source. There are no
// inline styles and no inline scripts, so a strict content security policy
// holds. No id starts with an underscore: those that do are the page template's.
//
// Code is highlighted by chroma's lexers with a small set of classes of our
// own; the style sheet for them, light and dark, is generated from the palette
// in code/palette.go into web/static/style/syntax.css, and a test keeps it in step and
// its contrast at WCAG AA.
//
// # Trust
//
// The author is trusted as the operator is: raw HTML in the Markdown passes
// through as written, and its ids are not checked against ours. The page's
// content security policy keeps inline scripts in it from running. Readers
// never reach this package; nothing here runs a program, and what is parsed of
// one is the author's.
//
// # Errors
//
// Everything that is wrong with an article is found in one pass and returned
// as Errors, each with file and line and what to do about it. An article with
// errors is not rendered. What works but is likely not meant, such as a limit
// above the operator's, is in Article.Warnings.
package render
