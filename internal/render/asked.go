package render

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"playground/internal/expect"
)

// Asked is what each run of a block asks for besides its program, in the words of
// the protocol: the page sends it, and so does the form.
type Asked struct {
	Limits *AskedLimits `json:"limits,omitempty"`
	Procs  int          `json:"procs,omitempty"`
	Args   []string     `json:"args,omitempty"`
	Stdin  string       `json:"stdin,omitempty"`
	// Race asks for data races, where the author teaches one.
	Race bool `json:"race,omitempty"`
	// StdinOpen is false where the author says what is read, and nil where readers
	// type it.
	StdinOpen *bool `json:"stdinOpen,omitempty"`
}

// AskedLimits are limits as the protocol has them; zero asks for the server's.
type AskedLimits struct {
	WallMs int64 `json:"wallMs,omitempty"`
	CPUMs  int64 `json:"cpuMs,omitempty"`
	Memory int64 `json:"memory,omitempty"` // bytes
}

// Asked is what the block's author asks for.
func (b *Block) Asked() Asked {
	a := Asked{Procs: b.Procs, Args: b.Args, Race: b.LooksForRaces()}
	if limits := (AskedLimits{b.Wall.Milliseconds(), b.CPU.Milliseconds(), b.Memory}); limits != (AskedLimits{}) {
		a.Limits = &limits
	}
	if b.Stdin != nil {
		a.Stdin, a.StdinOpen = *b.Stdin, new(bool)
	}
	return a
}

func (a Asked) isZero() bool {
	return a.Limits == nil && a.Procs == 0 && a.Args == nil && !a.Race && a.StdinOpen == nil
}

// LooksForRaces reports whether each run of the block looks for data races: one that
// its author documents would not be told of otherwise.
func (b *Block) LooksForRaces() bool {
	return b.Script == nil && b.Expected != nil && b.Expected.Ends == expect.Race
}

func (a Asked) json() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic("render: what JSON cannot encode: " + err.Error()) // numbers and text
	}
	return string(text)
}

// givenHTML tells readers what the program is given: without it the listing does
// not say what happens.
func givenHTML(b *Block) string {
	var w strings.Builder
	if len(b.Args) > 0 {
		fmt.Fprintf(&w, "\n<p class=\"given\">Arguments: <code>%s</code></p>", html.EscapeString(strings.Join(quotedArgs(b.Args), " ")))
	}
	if b.Stdin != nil && *b.Stdin == "" {
		w.WriteString("\n<p class=\"given\">Input: none</p>")
	} else if b.Stdin != nil {
		fmt.Fprintf(&w, "\n<div class=\"given\"><p>Input</p>\n<pre tabindex=\"0\"><kbd>%s</kbd></pre></div>", html.EscapeString(*b.Stdin))
	}
	return w.String()
}

// quotedArgs are arguments as splitArgs takes them.
func quotedArgs(args []string) (all []string) {
	for _, a := range args {
		switch {
		case strings.Contains(a, "'"):
			a = `"` + a + `"`
		case a == "" || strings.ContainsAny(a, infoSpace+`"`):
			a = "'" + a + "'"
		}
		all = append(all, a)
	}
	return all
}

// ignored takes from a script what no browser can obey, and names it.
func (b *Block) ignored() (all []string) {
	for _, a := range []struct {
		name string
		set  bool
	}{
		{"cpu", b.CPU > 0}, {"memory", b.Memory > 0}, {"procs", b.Procs > 0}, {"args", b.Args != nil}, {"stdin", b.Stdin != nil}, {"observe", b.Observe},
	} {
		if a.set {
			all = append(all, a.name)
		}
	}
	b.CPU, b.Memory, b.Procs, b.Args, b.Stdin, b.Observe = 0, 0, 0, nil, nil, false
	return all
}
