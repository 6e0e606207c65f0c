package render

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"playground/internal/suggest"

	"go.yaml.in/yaml/v3"
)

// frontMatterFence opens and closes the front matter.
const frontMatterFence = "---"

func frontMatterKeys() []string { return []string{"title", "date", "summary"} }

// frontMatter reads the article's head and blanks it out, so that what is left
// is Markdown whose lines still have their numbers.
func (d *document) frontMatter() {
	head, ok := cutFrontMatter(d.src)
	switch {
	case head == nil:
		d.failf(1, "front matter: none found: start the file with a line %q, title: …, and another line %q", frontMatterFence, frontMatterFence)
		return
	case !ok:
		d.failf(1, "front matter: the opening %q has no closing one", frontMatterFence)
		return
	}
	d.readHead(head)
	blank := bytes.Repeat([]byte("\n"), bytes.Count(head, []byte("\n")))
	d.src = append(blank, d.src[len(head):]...)
}

// cutFrontMatter returns the front matter with both its fences, nil when there
// is none. It reports false when the closing fence is missing.
func cutFrontMatter(src []byte) (head []byte, ok bool) {
	lines := bytes.SplitAfter(src, []byte("\n"))
	if !isFrontMatterFence(lines[0]) {
		return nil, false
	}
	n := len(lines[0])
	for _, line := range lines[1:] {
		n += len(line)
		if isFrontMatterFence(line) {
			return src[:n], true
		}
	}
	return src, false
}

func isFrontMatterFence(line []byte) bool {
	return string(bytes.TrimRight(line, " \t\n")) == frontMatterFence
}

// readHead decodes the YAML. The opening fence is YAML's own mark of a
// document and stays, so that YAML's line numbers are the file's.
func (d *document) readHead(head []byte) {
	text := bytes.TrimRight(head, " \t\n")
	text = text[:len(text)-len(frontMatterFence)]
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		line, msg := yamlProblem(err)
		d.failf(line, "front matter: %s", msg)
		return
	}
	if len(node.Content) == 0 {
		d.failf(1, "front matter: it is empty: write at least title: …")
		return
	}
	fields := node.Content[0]
	if fields.Kind != yaml.MappingNode {
		d.failf(fields.Line, "front matter: write one key: value a line")
		return
	}
	d.readFields(fields)
}

func (d *document) readFields(fields *yaml.Node) {
	seen := make(map[string]bool)
	for i := 0; i+1 < len(fields.Content); i += 2 {
		key, value := fields.Content[i], fields.Content[i+1]
		if seen[key.Value] {
			d.failf(key.Line, "front matter: key %q is given twice", key.Value)
			continue
		}
		seen[key.Value] = true
		d.readField(key, value)
	}
	if !seen["title"] {
		d.failf(fields.Line, "front matter: no title: write title: …")
	}
}

func (d *document) readField(key, value *yaml.Node) {
	switch key.Value {
	case "title":
		d.article.Title = d.scalar(key, value)
	case "summary":
		d.article.Summary = d.scalar(key, value)
	case "date":
		d.article.Date = d.date(value)
	default:
		d.failf(key.Line, "front matter: unknown key %q%s", key.Value, suggest.Hint(key.Value, frontMatterKeys()))
	}
}

// scalar returns a text of one line: folded YAML keeps its last newline.
func (d *document) scalar(key, value *yaml.Node) string {
	text := strings.Join(strings.Fields(value.Value), " ")
	if value.Kind != yaml.ScalarNode || text == "" {
		d.failf(value.Line, "front matter: %s must be a text; quote it if it contains a colon", key.Value)
	}
	return text
}

func (d *document) date(value *yaml.Node) time.Time {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, value.Value); err == nil && value.Kind == yaml.ScalarNode {
			return t
		}
	}
	d.failf(value.Line, "front matter: date %q is not a date: write it as 2006-01-02", value.Value)
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
