package render

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The limits that hold where Options leaves them out; the same as a sandbox's
// own defaults.
const (
	DefaultMaxWall   = 10 * time.Second
	DefaultMaxCPU    = 5 * time.Second
	DefaultMaxMemory = 128 << 20 // bytes
	DefaultMaxSource = 64 << 10  // bytes
	DefaultMaxOutput = 256 << 10 // bytes
)

// Options are the operator's limits on what blocks may ask for. A zero field
// means its default.
type Options struct {
	MaxWall, MaxCPU time.Duration
	MaxMemory       int64 // bytes
	// MaxSource is the size in bytes beyond which the server would refuse to
	// run a block.
	MaxSource int
	// MaxOutput is what a program may print, in bytes: pages hold their own programs
	// to it.
	MaxOutput int64
	// Beside is the folder of the article, where its templates are; nil where it has
	// none.
	Beside fs.FS `json:"-"`
	// Content is the folder of all articles, of which fences include files, and Dir the
	// article's folder in it; Beside and "." where Content is nil.
	Content fs.FS  `json:"-"`
	Dir     string `json:"-"`
}

func (o Options) withDefaults() Options {
	if o.MaxWall == 0 {
		o.MaxWall = DefaultMaxWall
	}
	if o.MaxCPU == 0 {
		o.MaxCPU = DefaultMaxCPU
	}
	if o.MaxMemory == 0 {
		o.MaxMemory = DefaultMaxMemory
	}
	if o.MaxSource == 0 {
		o.MaxSource = DefaultMaxSource
	}
	if o.MaxOutput == 0 {
		o.MaxOutput = DefaultMaxOutput
	}
	return o
}

// Article is a rendered article.
type Article struct {
	// Title and Summary are plain text; TitleHTML and SummaryHTML have their
	// inline markup.
	Title, Summary         string
	TitleHTML, SummaryHTML template.HTML
	Date                   time.Time // zero when the front matter has none
	// Lang is the language tag of the prose, and Dir its direction: ltr, rtl or
	// auto; "" where the front matter does not say.
	Lang, Dir string
	Tags      []string
	Authors   []string
	Slug      string // a name for addresses, or ""
	Draft     bool
	// HTML is the body, without the title.
	HTML template.HTML
	// TOC has the headings of level 2, with those of level 3 below them.
	TOC []Heading
	// Words counts the prose, without code blocks. In scripts that are written
	// without spaces each character counts, at the rate of wordsOf.
	Words int
	// ReadingMinutes is Words at 220 a minute, at least 1.
	ReadingMinutes int
	// Blocks are the programs that can be run, in the article's order.
	Blocks []Block
	// Files are the pictures and other files beside the article that it names.
	Files []File
	// Links are those to other articles' files, in its order.
	Links []Link `json:",omitempty"`
	// Warnings are findings that do not keep the article from being served.
	Warnings Errors

	places places
}

// File is a file that the article shows or leads to.
type File struct {
	Path string // relative to the article, with slashes; it never leads out of its folder
	Kind string // what has it: an image, a link or HTML
	Line int
}

// Link leads to the file of another article.
type Link struct {
	Path string // relative to the article, with slashes
	// Anchor is a place in that article, or "".
	Anchor string `json:",omitempty"`
	Line   int
}

// Heading is an entry of the table of contents.
type Heading struct {
	ID, Text string
	Children []Heading
}

// wordsPerMinute is a usual speed for technical prose.
const wordsPerMinute = 220

// Render renders the Markdown file src. The name is for messages only. The
// error, if any, is Errors: everything that the author has to mend.
func Render(name string, src []byte, o Options) (*Article, error) {
	d := &document{
		name:    name,
		options: o.withDefaults(),
		anchors: make(anchors),
		written: make(map[string]bool),
		article: &Article{},
	}
	if !d.load(src) {
		return nil, d.errs
	}
	d.frontMatter()
	body := d.body()
	if d.article.Title == "" && !d.badTitle {
		d.titleOfFile()
	}
	if len(d.errs) > 0 {
		return nil, d.errs.sorted()
	}
	d.article.HTML = template.HTML(body) // the author is trusted, see the package's doc
	d.article.ReadingMinutes = max(1, (d.article.Words+wordsPerMinute/2)/wordsPerMinute)
	d.article.Warnings = d.warnings.sorted()
	return d.article, nil
}

// document is an article on its way through Render.
type document struct {
	name     string
	src      []byte
	starts   []int // offset of each line
	options  Options
	anchors  anchors
	programs int // runner blocks so far, for those without a title
	blocks   []*Block
	parts    []*part
	article  *Article
	errs     Errors
	warnings Errors

	written     map[string]bool // ids in the author's HTML
	unknownKeys []string        // of the front matter
	badTitle    bool            // there is one, and an error about it
}

// load takes the text in the form in which browsers will see it: UTF-8, lines
// ended by a newline, no NUL. It reports false when there is no such form.
func (d *document) load(src []byte) bool {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	for n, line := range bytes.Split(src, []byte("\n")) {
		if !utf8.Valid(line) {
			d.failf(n+1, "the line is not valid UTF-8: save the file as UTF-8")
		} else if bytes.IndexByte(line, 0) >= 0 {
			d.failf(n+1, "the line contains a NUL byte")
		}
	}
	if len(src) > 0 && src[len(src)-1] != '\n' {
		src = append(src[:len(src):len(src)], '\n')
	}
	d.src = src
	return len(d.errs) == 0
}

// body parses, checks and renders the Markdown.
func (d *document) body() []byte {
	d.starts = lineStarts(d.src)
	md := newMarkdown()
	tree := md.Parser().Parse(text.NewReader(d.src))
	d.titleOf(tree)
	d.walk(tree)
	if len(d.errs) > 0 {
		return nil
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, d.src, tree); err != nil {
		d.failf(1, "cannot be rendered: %v", err)
	}
	return out.Bytes()
}

func newMarkdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(blockParsers()...),
			parser.WithInlineParsers(parser.DefaultInlineParsers()...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		)),
		goldmark.WithExtensions(
			extension.NewLinkify(extension.WithLinkifyURLRegexp(bareURL), extension.WithLinkifyWWWRegexp(bareWWW)),
			extension.Strikethrough,
			extension.TaskList,
			extension.Footnote,
			// style="text-align" would break the content security policy
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.NewTypographer(extension.WithTypographicSubstitutions(punctuation())),
		),
		goldmark.WithParserOptions(
			parser.WithParagraphTransformers(util.Prioritized(calloutFinder{}, 50)),
		),
		goldmark.WithRendererOptions(
			html.WithUnsafe(),
			renderer.WithNodeRenderers(util.Prioritized(nodeRenderer{}, 100)),
		),
	)
}

// Bare addresses go on through letters of any script, as browsers take them, and
// end as GitHub's do.
var (
	bareURL = regexp.MustCompile(`^(?:https?|ftp)://[^\s<>/?#]+(?:[/?#][^\s<>]*)?`)
	bareWWW = regexp.MustCompile(`^www\.[^\s<>/?#]+\.[^\s<>/?#.]+(?:[/?#][^\s<>]*)?`)
)

// punctuation is what typewriter marks become. Two hyphens stay as they are:
// in this kind of article they begin a command's flag.
func punctuation() extension.TypographicSubstitutions {
	return extension.TypographicSubstitutions{
		extension.LeftSingleQuote:  []byte("‘"),
		extension.RightSingleQuote: []byte("’"),
		extension.LeftDoubleQuote:  []byte("“"),
		extension.RightDoubleQuote: []byte("”"),
		extension.Apostrophe:       []byte("’"),
		extension.EmDash:           []byte("—"),
		extension.Ellipsis:         []byte("…"),
		extension.EnDash:           nil,
		extension.LeftAngleQuote:   nil,
		extension.RightAngleQuote:  nil,
	}
}

func (d *document) failf(line int, format string, args ...any) {
	d.errs = append(d.errs, d.problem(line, format, args...))
}

func (d *document) warnf(line int, format string, args ...any) {
	d.warnings = append(d.warnings, d.problem(line, format, args...))
}

// failAt is failf for a place in a fence's info string, by its offset there; -1 is
// the fence as a whole.
func (d *document) failAt(n *ast.FencedCodeBlock, at int, format string, args ...any) {
	d.errs = append(d.errs, d.problemAt(n, at, format, args...))
}

func (d *document) problemAt(n *ast.FencedCodeBlock, at int, format string, args ...any) *Error {
	start := n.Info.Segment.Start
	e := d.problem(d.line(start), format, args...)
	if at >= 0 {
		e.Column = start - d.starts[e.Line-1] + at + 1
	}
	return e
}

func (d *document) problem(line int, format string, args ...any) *Error {
	return &Error{File: d.name, Line: line, Message: fmt.Sprintf(format, args...)}
}
