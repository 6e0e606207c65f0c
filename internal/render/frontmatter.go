package render

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"

	"playground/internal/suggest"
)

// frontMatterKeys are the keys that have a meaning here, for suggestions.
func frontMatterKeys() []string {
	return []string{"title", "date", "summary", "description", "lang", "dir", "tags", "author", "authors", "draft", "slug"}
}

// foreignKeys are keys of other systems that need no word: they say where a post
// is kept or how another system shows it.
func foreignKeys() []string {
	return []string{"aliases", "categories", "category", "comments", "cover", "excerpt", "featured", "id", "image", "images", "keywords",
		"lastmod", "layout", "math", "menu", "params", "permalink", "published", "series", "sidebar", "sidebar_label",
		"sidebar_position", "subtitle", "tag", "template", "toc", "type", "updated", "url", "weight"}
}

// frontMatter reads the article's head and blanks it out, so that what is left
// is Markdown whose lines still have their numbers. An article without a head
// takes its title from its first heading.
func (d *document) frontMatter() {
	head, format, ok := cutFrontMatter(d.src)
	if head == nil {
		return
	}
	if !ok {
		d.badTitle = true
		d.failf(1, "front matter: the opening %q has no closing one", string(bytes.TrimSpace(head[:bytes.IndexByte(head, '\n')])))
		return
	}
	fields := d.readYAML
	if format == '+' {
		fields = d.readTOML
	}
	fields(withoutFences(head))
	blank := bytes.Repeat([]byte("\n"), bytes.Count(head, []byte("\n")))
	d.src = append(blank, d.src[len(head):]...)
}

// cutFrontMatter returns the front matter with both its fences, nil when there
// is none, and the character of its fences. It reports false when the closing
// one is missing. A rule of dashes may begin an article: without any key in the
// line below it is one.
func cutFrontMatter(src []byte) (head []byte, format byte, ok bool) {
	lines := bytes.SplitAfter(src, []byte("\n"))
	format = frontMatterFence(lines[0])
	if format == 0 {
		return nil, 0, false
	}
	n := len(lines[0])
	for _, line := range lines[1:] {
		n += len(line)
		if frontMatterFence(line) == format {
			return src[:n], format, true
		}
	}
	if len(lines) > 1 && !bytes.ContainsAny(lines[1], ":=") {
		return nil, 0, false
	}
	return src, format, false
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

// readYAML reads a head in YAML.
func (d *document) readYAML(text []byte) {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		d.badTitle = true
		line, msg := yamlProblem(err)
		d.failf(line, "front matter: %s", msg)
		return
	}
	if len(node.Content) == 0 {
		return
	}
	fields := node.Content[0]
	if fields.Kind != yaml.MappingNode {
		d.badTitle = true
		d.failf(fields.Line, "front matter: write one key: value a line")
		return
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(fields.Content); i += 2 {
		key, value := fields.Content[i], fields.Content[i+1]
		if value.Alias != nil {
			value = value.Alias
		}
		if seen[key.Value] {
			d.failf(key.Line, "front matter: key %q is given twice", key.Value)
			continue
		}
		seen[key.Value] = true
		d.readField(headField{name: key.Value, keyLine: key.Line, line: fields.Content[i+1].Line, values: scalars(value), list: value.Kind != yaml.ScalarNode})
	}
}

// scalars are the texts of a value or of a list; nil for anything deeper.
func scalars(value *yaml.Node) []string {
	switch value.Kind {
	case yaml.ScalarNode:
		if value.Tag == "!!null" {
			return nil
		}
		return []string{value.Value}
	case yaml.SequenceNode:
		var list []string
		for _, e := range value.Content {
			if e.Alias != nil {
				e = e.Alias
			}
			if e.Kind == yaml.ScalarNode {
				list = append(list, e.Value)
			}
		}
		return list
	}
	return nil
}

// readTOML reads a head in TOML.
func (d *document) readTOML(text []byte) {
	fields := map[string]any{}
	meta, err := toml.Decode(string(text), &fields)
	var bad toml.ParseError
	d.badTitle = err != nil
	switch {
	case err == nil:
	case asParseError(err, &bad):
		d.failf(bad.Position.Line, "front matter: %s", bad.Message)
		return
	default:
		d.failf(1, "front matter: %v", err)
		return
	}
	for _, key := range meta.Keys() {
		if len(key) != 1 {
			continue // a table of another system's
		}
		line := lineOfKey(text, key[0])
		values, list := tomlScalars(fields[key[0]])
		d.readField(headField{name: key[0], keyLine: line, line: line, values: values, list: list})
	}
}

func asParseError(err error, to *toml.ParseError) bool {
	e, ok := err.(toml.ParseError)
	if ok {
		*to = e
	}
	return ok
}

// lineOfKey is where a TOML key is assigned: the library does not say.
func lineOfKey(text []byte, key string) int {
	for n, line := range bytes.Split(text, []byte("\n")) {
		name, _, found := bytes.Cut(line, []byte("="))
		if found && strings.Trim(string(bytes.TrimSpace(name)), `"'`) == key {
			return n + 1
		}
	}
	return 1
}

func tomlScalars(value any) (values []string, list bool) {
	switch v := value.(type) {
	case string:
		return []string{v}, false
	case time.Time:
		return []string{v.Format(time.RFC3339)}, false
	case []any:
		for _, e := range v {
			values = append(values, fmt.Sprint(e))
		}
		return values, true
	case map[string]any, []map[string]any:
		return nil, true
	}
	return []string{fmt.Sprint(value)}, false
}

// headField is one key of the front matter.
type headField struct {
	name          string
	keyLine, line int
	values        []string
	list          bool
}

func (d *document) readField(f headField) {
	a := d.article
	switch strings.ToLower(f.name) { // as other systems do
	case "title":
		if len(f.values) > 0 || f.list {
			a.Title, a.TitleHTML = d.inline(d.scalar(f), f.line)
			d.badTitle = a.Title == ""
		}
	case "summary", "description":
		if text := d.scalar(f); a.Summary == "" || f.name == "summary" {
			a.Summary, a.SummaryHTML = d.inline(text, f.line)
		}
	case "date":
		a.Date = d.date(f)
	case "lang":
		a.Lang = d.language(f)
	case "dir":
		a.Dir = d.direction(f)
	case "tags":
		a.Tags = f.values
	case "author", "authors":
		a.Authors = append(a.Authors, f.values...)
	case "draft":
		a.Draft = d.flag(f)
	case "slug":
		a.Slug = d.scalar(f)
	default:
		if !slices.Contains(foreignKeys(), strings.ToLower(f.name)) {
			d.unknownKeys = append(d.unknownKeys, f.name)
			d.warnf(f.keyLine, "front matter: key %q has no meaning here%s", f.name, suggest.Hint(f.name, frontMatterKeys()))
		}
	}
}

// scalar returns a text of one line: folded YAML keeps its last newline.
func (d *document) scalar(f headField) string {
	if f.list || len(f.values) != 1 || strings.TrimSpace(f.values[0]) == "" {
		d.failf(f.line, "front matter: %s must be a text; quote it if it contains a colon", f.name)
		return ""
	}
	return strings.Join(strings.Fields(f.values[0]), " ")
}

func (d *document) flag(f headField) bool {
	switch text := d.scalar(f); text {
	case "true", "yes", "on":
		return true
	case "false", "no", "off", "":
		return false
	default:
		d.failf(f.line, "front matter: %s is true or false, not %q", f.name, text)
		return false
	}
}

// language is a language tag, as far as it can be told without a list of all.
func (d *document) language(f headField) string {
	tag := strings.ReplaceAll(d.scalar(f), "_", "-") // en_US, as systems and Open Graph have it
	for i, part := range strings.Split(tag, "-") {
		if len(part) < 1 || len(part) > 8 || i == 0 && len(part) < 2 || strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			d.failf(f.line, "front matter: lang %q is no language tag: write one such as en, de or zh-Hant", tag)
			return ""
		}
	}
	return tag
}

func (d *document) direction(f headField) string {
	dir := strings.ToLower(d.scalar(f))
	if dir != "ltr" && dir != "rtl" && dir != "auto" {
		d.failf(f.line, "front matter: dir is ltr, rtl or auto, not %q", dir)
		return ""
	}
	return dir
}

// dateLayouts are the usual forms of a date. One that could be read in two ways
// is not among them.
var dateLayouts = []string{
	time.DateOnly, time.RFC3339,
	"2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006/01/02", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006.01.02", "2006-1-2", "2006/1/2", "2 January 2006", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006",
	time.RFC1123, time.RFC1123Z,
}

func (d *document) date(f headField) time.Time {
	text := strings.TrimSpace(strings.Join(f.values, " "))
	if text == "" {
		return time.Time{} // a form that was not filled in
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	d.warnf(f.line, "front matter: date %q cannot be read in one way only, so the article has none: write it as 2006-01-02", text)
	return time.Time{}
}

// yamlProblem takes the line out of a YAML error. The library has no typed
// position; where its text has none either, the line is the first.
func yamlProblem(err error) (line int, msg string) {
	msg = strings.TrimPrefix(err.Error(), "yaml: ")
	if _, scan := fmt.Sscanf(msg, "line %d:", &line); scan != nil || line < 1 {
		return 1, msg
	}
	_, msg, _ = strings.Cut(msg, ": ")
	return line, msg
}
