package render

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// head is an article's front matter as it stands in the file.
type head struct {
	text   []byte // with its fences
	format string // yaml, toml, json, or the name of what cannot be read here
	fenced bool
	open   bool // the closing fence is missing
}

// frontMatter reads the article's head and blanks it out, so that what is left
// is Markdown whose lines still have their numbers. An article without a head
// takes its title from its first heading.
func (d *document) frontMatter() {
	h := cutFrontMatter(d.src)
	if h.text == nil {
		return
	}
	if h.open {
		d.badTitle = true
		d.failf(1, "front matter: the opening %q has no closing one", string(bytes.TrimSpace(h.text[:bytes.IndexByte(h.text, '\n')])))
		return
	}
	inner := h.text
	if h.fenced {
		inner = withoutFences(h.text)
	}
	switch h.format {
	case "toml":
		d.readTOML(inner)
	case "yaml":
		d.readYAML(inner)
	case "json": // which is YAML but for its tabs, and those stand between its words only
		d.readYAML(bytes.ReplaceAll(inner, []byte("\t"), []byte(" ")))
	default:
		d.warnf(1, "front matter: nothing reads %s here, so it means nothing: write it as YAML", h.format)
	}
	blank := bytes.Repeat([]byte("\n"), bytes.Count(h.text, []byte("\n")))
	d.src = append(blank, d.src[len(h.text):]...)
}

// namedFence opens a head in a format that it names, as Eleventy has it.
var namedFence = regexp.MustCompile(`^---+[ \t]*(yaml|yml|toml|json5?|js|javascript|coffee)[ \t]*\n$`)

// cutFrontMatter finds the front matter; it has no text when there is none. A rule of
// dashes may begin an article: without any key in the line below it is one.
func cutFrontMatter(src []byte) head {
	if object := leadingObject(src); object != nil {
		return head{text: object, format: "json"}
	}
	lines := bytes.SplitAfter(src, []byte("\n"))
	fence, h := frontMatterFence(lines[0]), head{fenced: true}
	switch named := namedFence.FindSubmatch(lines[0]); {
	case named != nil:
		fence, h.format = '-', strings.Replace(string(named[1]), "yml", "yaml", 1)
	case fence == '-':
		h.format = "yaml"
	case fence == '+':
		h.format = "toml"
	default:
		return head{}
	}
	n := len(lines[0])
	for _, line := range lines[1:] {
		n += len(line)
		if frontMatterFence(line) == fence || h.format == "yaml" && string(bytes.TrimRight(line, " \t\n")) == "..." {
			h.text = src[:n]
			return h
		}
	}
	if len(lines) > 1 && !bytes.ContainsAny(lines[1], ":=") {
		return head{}
	}
	h.text, h.open = src, true
	return h
}

// leadingObject is a JSON object with which a file begins, to the end of its last
// line, as Hugo has it: nil without one, or where text follows it in that line.
func leadingObject(src []byte) []byte {
	if !bytes.HasPrefix(src, []byte("{")) {
		return nil
	}
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(src))
	if decoder.Decode(&object) != nil {
		return nil
	}
	end := int(decoder.InputOffset())
	rest, _, _ := bytes.Cut(src[end:], []byte("\n"))
	if len(bytes.TrimSpace(rest)) > 0 || len(object) == 0 {
		return nil
	}
	return src[:min(end+len(rest)+1, len(src))]
}

// frontMatterFence returns the character of which a line has three or more and
// nothing else: - for YAML, + for TOML; 0 for any other line.
func frontMatterFence(line []byte) byte {
	line = bytes.TrimRight(line, " \t\n")
	for _, c := range []byte("-+") {
		if len(line) >= 3 && len(bytes.Trim(line, string(c))) == 0 {
			return c
		}
	}
	return 0
}

// withoutFences blanks the fences out, so that a parser's line numbers are the
// file's.
func withoutFences(head []byte) []byte {
	head = bytes.TrimRight(head, "\n")
	first, last := bytes.IndexByte(head, '\n'), bytes.LastIndexByte(head, '\n')
	return slices.Concat([]byte("\n"), head[first+1:last+1])
}
