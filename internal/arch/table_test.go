package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// module is the name of this module, and root where its files are.
const (
	module = "playground"
	root   = "../.."
)

// table is one of a document's tables: the cells below its header, row by row.
type table [][]string

// readTable finds the table whose header begins with the given cells in a
// Markdown file.
func readTable(t *testing.T, file string, header ...string) table {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == "| "+strings.Join(header, " | ")+" |" {
			return rows(lines[i+2:])
		}
	}
	t.Fatalf("%s has no table with the header %q", file, header)
	return nil
}

func rows(lines []string) (tab table) {
	for _, line := range lines {
		if !strings.HasPrefix(line, "|") {
			return tab
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		tab = append(tab, cells)
	}
	return tab
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

// code returns what stands between backquotes in a text.
func code(text string) (spans []string) {
	for _, m := range codeSpan.FindAllStringSubmatch(text, -1) {
		spans = append(spans, m[1])
	}
	return spans
}
