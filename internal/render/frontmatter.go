package render

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
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
	return []string{"aliases", "categories", "category", "comments", "cover", "cssclasses", "excerpt", "extra", "featured", "format", "hide", "icon",
		"id", "image", "images", "keywords", "lastmod", "layout", "linktitle", "logo", "math", "menu", "outline", "params",
		"permalink", "published", "redirect_from", "series", "sidebar", "sidebar_label", "sidebar_position", "sort_by",
		"subtitle", "tableofcontents", "tag", "taxonomies", "template", "toc", "type", "updated", "url", "weight"}
}

// readYAML reads a head in YAML.
func (d *document) readYAML(text []byte) {
	var node yaml.Node
	err := yaml.Unmarshal(text, &node)
	if err != nil {
		if quoted, at := quoteTexts(text); yaml.Unmarshal(quoted, &node) == nil {
			err = nil
			for _, line := range at {
				d.warnf(line, "front matter: the text has a colon or a quote in it that YAML takes for its own: quote it all")
			}
		}
	}
	if err != nil {
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
		if tags := childOf(value, "tags"); key.Value == "taxonomies" && tags != nil { // as Zola has them
			key, value = &yaml.Node{Value: "tags", Line: tags.Line}, tags
		}
		d.readField(headField{name: key.Value, keyLine: key.Line, line: fields.Content[i+1].Line, values: scalars(value), list: value.Kind != yaml.ScalarNode})
	}
}

func childOf(mapping *yaml.Node, name string) *yaml.Node {
	for i := 0; mapping.Kind == yaml.MappingNode && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// scalars are the texts of a value or of a list, and the names of people who have
// more than a name; nil for anything deeper.
func scalars(value *yaml.Node) (list []string) {
	switch value.Kind {
	case yaml.ScalarNode:
		if value.Tag != "!!null" {
			return []string{value.Value}
		}
	case yaml.SequenceNode:
		for _, e := range value.Content {
			if e.Alias != nil {
				e = e.Alias
			}
			if e.Kind != yaml.SequenceNode {
				list = append(list, scalars(e)...)
			}
		}
	case yaml.MappingNode:
		if name := childOf(value, "name"); name != nil && name.Kind == yaml.ScalarNode {
			return []string{name.Value}
		}
	}
	return list
}

// textLine is a key whose value is a text, and that value.
var textLine = regexp.MustCompile(`(?m)^(title|summary|description)([ \t]*:[ \t]+)([^\n]*[^ \t\n])[ \t]*$`)

// quoteTexts quotes texts of a head that is no YAML as it is, as in "title: Go: a
// recap": systems that read heads line by line take them, and so their posts have them.
// It tells their lines.
func quoteTexts(head []byte) (quoted []byte, at []int) {
	last := 0
	for _, m := range textLine.FindAllSubmatchIndex(head, -1) {
		value := head[m[6]:m[7]]
		var alone any
		if yaml.Unmarshal(head[m[0]:m[1]], &alone) == nil {
			continue
		}
		if q := value[0]; q == '\'' || q == '"' {
			if value[len(value)-1] != q {
				continue // nobody can tell where it was to end
			}
			value = bytes.Trim(value, string(q))
		}
		quoted = append(append(quoted, head[last:m[6]]...), '\'')
		quoted = append(append(quoted, bytes.ReplaceAll(value, []byte("'"), []byte("''"))...), '\'')
		last = m[7]
		at = append(at, 1+bytes.Count(head[:m[0]], []byte("\n")))
	}
	return append(quoted, head[last:]...), at
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
		name, value := key[0], fields[key[0]]
		switch {
		case len(key) == 2 && name == "taxonomies" && key[1] == "tags": // as Zola has them
			name, value = "tags", value.(map[string]any)["tags"]
		case len(key) != 1:
			continue // a table of another system's
		}
		line := lineOfKey(text, name)
		values, list := tomlScalars(value)
		d.readField(headField{name: name, keyLine: line, line: line, values: values, list: list})
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
	case time.Time:
		return []string{v.Format(time.RFC3339)}, false
	case []any:
		for _, e := range v {
			values = append(values, fmt.Sprint(e))
		}
		return values, true
	case []map[string]any:
		for _, e := range v {
			name, _ := tomlScalars(e)
			values = append(values, name...)
		}
		return values, true
	case map[string]any:
		if name, ok := v["name"].(string); ok {
			values = []string{name}
		}
		return values, true
	}
	return []string{fmt.Sprint(value)}, false
}

// headField is one key of the front matter.
type headField struct {
	name          string
	keyLine, line int
	values        []string
	list          bool // or a table
}

func (d *document) readField(f headField) {
	a := d.article
	switch strings.ToLower(f.name) { // as other systems do
	case "title":
		if !f.empty() {
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
		if !f.empty() {
			a.Lang = d.language(f)
		}
	case "dir":
		if !f.empty() {
			a.Dir = d.direction(f)
		}
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

// empty tells a form that was not filled in.
func (f headField) empty() bool {
	return !f.list && strings.TrimSpace(strings.Join(f.values, "")) == ""
}

// scalar returns a text of one line: folded YAML keeps its last newline.
func (d *document) scalar(f headField) string {
	if f.empty() {
		return ""
	}
	if f.list || len(f.values) != 1 {
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

// ordinal is a day as in "March 22nd, 2021".
var ordinal = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)\b`)

func (d *document) date(f headField) time.Time {
	text := strings.TrimSpace(strings.Join(f.values, " "))
	if text == "" {
		return time.Time{} // a form that was not filled in
	}
	plain := ordinal.ReplaceAllString(text, "$1")
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, plain); err == nil {
			return t
		}
	}
	american, err := time.Parse("1/2/2006", plain)
	european, errs := time.Parse("2/1/2006", plain)
	if (err == nil) != (errs == nil) || err == nil && american.Equal(european) {
		return cmp.Or(american, european)
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
