package render

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"playground/internal/suggest"
)

// maxInclude bounds a file that a fence includes, in bytes: more is no listing.
const maxInclude = 1 << 20

// regionMark begins and ends a region of a file, in a comment of its language.
var regionMark = regexp.MustCompile(`^\s*(?://|#|--|/\*|<!--|;)\s*#?(region|endregion)\b[ \t]*([\pL\pN_.-]*)`)

// include are the lines that include=PATH#REGION names: of a file in the folder of
// articles, and of no other.
func (d *document) include(value string) ([]line, error) {
	name, region, wanted := strings.Cut(value, "#")
	folder, file := d.options.Content, path.Join(d.options.Dir, name)
	if folder == nil {
		folder, file = d.options.Beside, path.Clean(name)
	}
	if inside, ok := strings.CutPrefix(name, "/"); ok {
		file = path.Clean(inside)
	}
	switch {
	case folder == nil:
		return nil, errors.New("the article has no folder")
	case name == "" || !fs.ValidPath(file) || file == ".":
		return nil, fmt.Errorf("%q is no file of the folder of articles: write a path from the article's file, or from the folder itself behind a /", name)
	}
	text, err := readText(folder, file)
	if err != nil {
		return nil, err
	}
	lines := linesOf(text, file, 1)
	if !wanted {
		return slices.DeleteFunc(lines, func(l line) bool { return regionMark.MatchString(l.text) }), nil
	}
	return regionOf(lines, region)
}

// readText is a text of an author's, ended by a newline.
func readText(folder fs.FS, file string) (string, error) {
	info, err := fs.Stat(folder, file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no file %s%s", file, nearFile(folder, file))
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("%s cannot be read: %v", file, err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is no file", file)
	case info.Size() > maxInclude:
		return "", fmt.Errorf("%s has %d bytes, more than can be shown: %d", file, info.Size(), maxInclude)
	}
	text, err := fs.ReadFile(folder, file)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s cannot be read: %v", file, err)
	case !utf8.Valid(text) || slices.Contains(text, 0):
		return "", fmt.Errorf("%s is no text in UTF-8", file)
	}
	return strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n") + "\n", nil
}

// nearFile guesses which file was meant.
func nearFile(folder fs.FS, file string) string {
	entries, err := fs.ReadDir(folder, path.Dir(file))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, path.Join(path.Dir(file), e.Name()))
	}
	if near := suggest.Nearest(file, names); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// regionOf are the lines between "//region NAME" and the "//endregion" that
// belongs to it, without those that mark regions within.
func regionOf(lines []line, name string) (found []line, err error) {
	var names []string
	depth, seen := 0, false // how many regions are open within the one that is wanted, itself included
	for _, l := range lines {
		mark := regionMark.FindStringSubmatch(l.text)
		switch {
		case mark == nil:
			if depth > 0 {
				found = append(found, l)
			}
		case mark[1] == "region" && (depth > 0 || mark[2] == name && !seen):
			depth, seen = depth+1, true
		case mark[1] == "region":
			names = append(names, mark[2])
		case depth > 0:
			depth--
		}
	}
	switch {
	case !seen && len(names) == 0:
		return nil, fmt.Errorf("%s has no region %q: it begins with a line \"//region %s\", and ends with \"//endregion\"", lines[0].file, name, name)
	case !seen:
		return nil, fmt.Errorf("%s has no region %q%s", lines[0].file, name, suggest.Hint(name, names))
	case depth > 0:
		return nil, fmt.Errorf("%s: the region %q is not ended by a line \"//endregion\"", lines[0].file, name)
	case len(trimmed(found)) == 0:
		return nil, fmt.Errorf("%s: the region %q has no lines", lines[0].file, name)
	}
	return trimmed(found), nil
}

// trimmed are lines without the empty ones at both ends.
func trimmed(lines []line) []line {
	blank := func(l line) bool { return strings.TrimSpace(l.text) == "" }
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}
