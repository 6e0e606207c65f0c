package corpus

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strings"
)

// version is the first line of a file.
const version = "go test fuzz v1"

// Entry is a seed as package testing wants it.
type Entry = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

// Read reads all seeds of a directory, which need not exist. The values of each
// have to be of the given types.
func Read(fsys fs.FS, dir string, types []reflect.Type) ([]Entry, error) {
	files, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading seed corpus from testdata: %w", err)
	}
	var entries []Entry
	var malformed []error
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		name := path.Join(dir, f.Name())
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("failed to read corpus file: %w", err)
		}
		values, err := parse(string(data))
		if err == nil {
			err = Check(values, types)
		}
		if err != nil {
			malformed = append(malformed, fmt.Errorf("%q: %w", name, err))
			continue
		}
		entries = append(entries, Entry{Path: name, Values: values})
	}
	return entries, errors.Join(malformed...)
}

// Check holds the values of a seed against the types of the fuzz target's
// arguments.
func Check(values []any, types []reflect.Type) error {
	if len(values) != len(types) {
		return fmt.Errorf("wrong number of values in corpus entry: %d, want %d", len(values), len(types))
	}
	got := make([]reflect.Type, len(values))
	same := true
	for i, v := range values {
		got[i] = reflect.TypeOf(v)
		same = same && got[i] == types[i]
	}
	if !same {
		return fmt.Errorf("mismatched types in corpus entry: %v, want %v", got, types)
	}
	return nil
}

// parse reads the text of a file.
func parse(text string) ([]any, error) {
	if text == "" {
		return nil, errors.New("unmarshal: cannot unmarshal empty string")
	}
	first, rest, more := strings.Cut(text, "\n")
	if !more {
		return nil, errors.New("unmarshal: must include version and at least one value")
	}
	if first = strings.TrimSuffix(first, "\r"); first != version {
		return nil, fmt.Errorf("unmarshal: unknown encoding version: %s", first)
	}
	var values []any
	for line := range strings.Lines(rest) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		v, err := value(line)
		if err != nil {
			return nil, fmt.Errorf("unmarshal: malformed line %q: %w", line, err)
		}
		values = append(values, v)
	}
	return values, nil
}
