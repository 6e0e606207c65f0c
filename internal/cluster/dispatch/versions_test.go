package dispatch

import (
	"encoding/json"
	"strings"
	"testing"

	"playground/internal/protocol"
	"playground/internal/sandbox"
)

// next is how the version after this one might speak: a higher minor version, and
// fields that nobody knows, in messages and in what they hold.
func next(m any) []byte {
	var fields any
	if err := json.Unmarshal(encode(m), &fields); err != nil {
		panic(err)
	}
	b, err := json.Marshal(extended(fields))
	if err != nil {
		panic(err)
	}
	return b
}

func extended(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = extended(x)
		}
		if _, ok := v["minor"]; ok {
			v["minor"] = minor + 1
		}
		v["since2"] = map[string]any{"deep": []int{1, 2, 3}, "text": "news"}
	case []any:
		for i := range v {
			v[i] = extended(v[i])
		}
	}
	return v
}

// Nodes of two versions work together, each as gateway and as runner, while one after
// the other is replaced.
func TestTwoVersionsSideBySide(t *testing.T) {
	for _, tt := range []struct {
		name            string
		gateway, runner func(any) []byte
	}{
		{"a new gateway, an old runner", next, encode},
		{"an old gateway, a new runner", encode, next},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := 0
			s := fleet(t, "gr", func(c *Config) {
				c.encode = []func(any) []byte{tt.gateway, tt.runner}[i]
				i++
			})
			q := program("a", "out first\nflood 300\necho\nwait")
			q.StdinOpen = true
			r := begin(t, s[0], q)
			x := listen(t, r, "a", 0)
			x.until("line 299 ")
			if e := r.Input(protocol.Request{ID: "a", Writer: "w", Part: 1, Body: "word\n"}); e != nil {
				t.Fatal(e)
			}
			x.until("read word\n")
			if e := r.CloseInput(protocol.Request{ID: "a", Writer: "w", Part: 2}); e != nil {
				t.Fatal(e)
			}
			r.Kill()
			wantStatus(t, x.rest(), sandbox.StatusKilled)
			if n := strings.Count(x.text.String(), "\n"); n != 302 {
				t.Errorf("%d lines came, want 302", n)
			}
		})
	}
}

// Another major version is another conversation: its nodes do not hear these.
func TestSubjectsCarryTheMajorVersion(t *testing.T) {
	s := fleet(t, "b", nil)
	if want := "pg." + major + ".test."; s[0].prefix != want {
		t.Errorf("subjects begin with %q, want %q", s[0].prefix, want)
	}
}
