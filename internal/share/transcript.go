package share

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// said is what a transcript needs of a message.
type said struct {
	Type, Body, Severity, Message, File, Status, Reason string
	Line, Column, Exit                                  int
	T                                                   int64
}

func (i Item) said() []said {
	all := make([]said, 0, len(i.Messages))
	for _, m := range i.Messages {
		var s said
		if json.Unmarshal(m, &s) == nil { // the server's own
			all = append(all, s)
		}
	}
	return all
}

// Verdict is how the run ended, as readers are told; "" without a run.
func (i Item) Verdict() string {
	for _, s := range i.said() {
		if s.Type == "end" {
			return s.Reason
		}
	}
	return ""
}

// Output is what the run printed, both streams as they came.
func (i Item) Output() string {
	var b strings.Builder
	for _, s := range i.said() {
		if s.Type == "stdout" || s.Type == "stderr" {
			b.WriteString(s.Body)
		}
	}
	return b.String()
}

// control is what moves a terminal's cursor or colours its text (ECMA-48), and what
// names windows and links (OSC).
var control = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)")

// Lines is the output as lines without colours, each as it was last written; at most
// that many.
func (i Item) Lines(most int) (lines []string) {
	for line := range strings.Lines(control.ReplaceAllString(i.Output(), "")) {
		if len(lines) == most {
			break
		}
		line = strings.TrimRight(line, "\r\n")
		lines = append(lines, line[strings.LastIndexByte(line, '\r')+1:])
	}
	return lines
}

// Text is what a terminal would have shown of the run, with the compiler's findings,
// and a last line that says how it ended.
func (i Item) Text() string {
	var b strings.Builder
	for _, s := range i.said() {
		if s.Type == "diagnostic" {
			fmt.Fprintf(&b, "%s:%d:%d: %s\n", s.File, s.Line, s.Column, s.Message)
		}
	}
	out := i.Output()
	b.WriteString(out)
	if out != "" && !strings.HasSuffix(out, "\n") {
		b.WriteByte('\n')
	}
	if v := i.Verdict(); v != "" {
		fmt.Fprintf(&b, "[%s]\n", v)
	}
	return b.String()
}

// The terminal of a Cast. Programs know of none, so it is a usual one, and wide
// enough for what they print.
const (
	castCols    = 80
	castRows    = 24
	castMost    = 160
	castTabStop = 8
)

// Cast is the run as asciinema plays it: asciicast, version 3. Times are between an
// event and the one before. A terminal in raw mode does not return on a newline, so
// the newlines are those that a terminal's driver would have sent.
func (i Item) Cast(title string) []byte {
	all := i.said()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	encode := func(v any) { _ = enc.Encode(v) } // numbers and strings, into memory
	encode(map[string]any{
		"version": 3, "title": title,
		"term": map[string]any{"cols": min(max(widest(i.Output()), castCols), castMost), "rows": castRows},
	})
	// The difference of the rounded times, so that their sum does not drift.
	last := int64(0)
	event := func(t int64, code, data string) {
		encode([]any{json.Number(strconv.FormatFloat(float64(max(t-last, 0))/1e6, 'f', 6, 64)), code, data})
		last = max(t, last)
	}
	for _, s := range all {
		switch s.Type {
		case "stdout", "stderr":
			event(s.T, "o", strings.ReplaceAll(strings.ReplaceAll(s.Body, "\r\n", "\n"), "\n", "\r\n"))
		case "end":
			event(s.T, "x", strconv.Itoa(max(s.Exit, 0)))
		}
	}
	return out.Bytes()
}

// widest is about the width of the widest line, in cells.
func widest(text string) int {
	most := 0
	for line := range strings.Lines(text) {
		n := 0
		for _, r := range line {
			switch {
			case r == '\t':
				n += castTabStop - n%castTabStop
			case unicode.IsPrint(r):
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
