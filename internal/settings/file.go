package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"playground/internal/suggest"
)

// configFile is a file of settings: a YAML mapping whose keys are the names of
// flags.
type configFile struct {
	path    string
	entries map[string]configEntry
}

// configEntry is one setting, its value as the command line would have it.
type configEntry struct {
	line int
	text string
}

// at names a line of the file.
func (f configFile) at(line int) string { return fmt.Sprintf("%s:%d", f.path, line) }

// parseConfig reads a file's text and reports all its mistakes at once. The
// values are checked by those who read them.
func parseConfig(path string, text []byte, known []string) (configFile, error) {
	f := configFile{path: path, entries: map[string]configEntry{}}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return f, fmt.Errorf("%s: %w", path, err)
	}
	if len(doc.Content) == 0 {
		return f, nil // nothing but comments
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return f, fmt.Errorf("%s: want lines such as \"wall: 10s\"", f.at(root.Line))
	}
	var errs []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		if err := f.add(root.Content[i], root.Content[i+1], known); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.at(root.Content[i].Line), err))
		}
	}
	return f, errors.Join(errs...)
}

func (f configFile) add(key, value *yaml.Node, known []string) error {
	if !slices.Contains(known, key.Value) {
		return fmt.Errorf("unknown key %q%s", key.Value, suggest.Hint(key.Value, known))
	}
	if first, twice := f.entries[key.Value]; twice {
		return fmt.Errorf("%s is set twice, first in line %d", key.Value, first.line)
	}
	text, err := scalar(value)
	if err != nil {
		return fmt.Errorf("%s %w", key.Value, err)
	}
	f.entries[key.Value] = configEntry{line: key.Line, text: text}
	return nil
}

var errNoValue = errors.New("has no value; leave the line out for the default")

// scalar is a value or a list of values as flags take them.
func scalar(n *yaml.Node) (string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Value == "" || n.Tag == "!!null" {
			return "", errNoValue
		}
		return n.Value, nil
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			return "", errNoValue
		}
		var parts []string
		for _, e := range n.Content {
			if e.Kind != yaml.ScalarNode {
				return "", errors.New("has a list within its list")
			}
			parts = append(parts, e.Value)
		}
		return strings.Join(parts, ","), nil
	default:
		return "", errors.New("must be a value or a list of values")
	}
}

// yamlScalar quotes text where YAML would take it for something else.
func yamlScalar(text string) string {
	b, err := yaml.Marshal(text)
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return strings.TrimSpace(string(b))
}
