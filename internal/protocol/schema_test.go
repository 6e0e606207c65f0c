package protocol

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"playground/internal/diag"
	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
)

var update = flag.Bool("update", false, "write docs/protocol.schema.json")

const schemaFile = "../../docs/protocol.schema.json"

// messages are the types of the wire by their names. A request is one Go type,
// of which each message uses some fields.
func messages() map[string]any {
	requests := map[string][]string{
		TypeHello:      {"type", "session?"},
		TypeRun:        {"type", "id", "task?", "source", "stdin?", "stdinOpen?", "args?", "limits?", "observe?", "race?", "schedules?", "seed?", "choices?", "at?", "procs?"},
		TypeResume:     {"type", "id", "after?"},
		TypeKill:       {"type", "id"},
		TypeStdin:      {"type", "id", "body", "writer?", "part?"},
		TypeStdinClose: {"type", "id", "writer?", "part?"},
	}
	defs := map[string]any{}
	for name, fields := range requests {
		defs[name] = requestSchema(name, fields)
	}
	for name, v := range map[string]any{
		"session": Session{}, "beat": Beat{}, "queued": Queued{}, "start": Start{}, "diagnostic": Diagnostic{}, "stdout": Output{},
		"stderr": Output{}, "reading": Reading{}, "meter": Meter{}, "events": Events{},
		"race": Race{}, "outcome": Outcome{}, "schedules": Schedules{}, "choice": Choice{}, "end": End{}, "error": Error{},
	} {
		s := schemaOf(reflect.TypeOf(v))
		s["properties"].(map[string]any)["type"] = map[string]any{"const": name}
		defs[name] = s
	}
	return defs
}

func requestSchema(name string, fields []string) map[string]any {
	all := schemaOf(reflect.TypeFor[Request]())["properties"].(map[string]any)
	all["source"] = map[string]any{"type": "string"}
	props, required := map[string]any{}, []string{}
	for _, f := range fields {
		bare, optional := strings.CutSuffix(f, "?")
		props[bare] = all[bare]
		if !optional {
			required = append(required, bare)
		}
	}
	if limits, ok := props["limits"].(map[string]any); ok {
		delete(limits, "required") // each may be left out
	}
	props["type"] = map[string]any{"const": name}
	return map[string]any{"type": "object", "properties": props, "required": required}
}

// schemaOf describes how encoding/json encodes t.
func schemaOf(t reflect.Type) map[string]any {
	if t == reflect.TypeFor[EventRow]() {
		integer := map[string]any{"type": "integer"}
		return map[string]any{"type": "array", "minItems": 3, "maxItems": 8, "prefixItems": []any{
			map[string]any{"enum": events.Kinds()}, integer, integer, integer, integer, integer, integer, map[string]any{"type": "string"},
		}}
	}
	switch t.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Struct:
		props, required := map[string]any{}, []string{}
		addFields(t, props, &required)
		return map[string]any{"type": "object", "properties": props, "required": required}
	}
	panic("no schema for " + t.String())
}

func addFields(t reflect.Type, props map[string]any, required *[]string) {
	for f := range t.Fields() {
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			addFields(f.Type, props, required)
			continue
		}
		props[name] = schemaOf(f.Type)
		if rest != "omitempty" {
			*required = append(*required, name)
		}
	}
}

func schema() []byte {
	defs := messages()
	names := []string{}
	for name := range defs {
		names = append(names, name)
	}
	slices.Sort(names)
	var refs []any
	for _, name := range names {
		refs = append(refs, map[string]string{"$ref": "#/$defs/" + name})
	}
	b, err := json.MarshalIndent(map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "Messages between a client and a Playground server",
		"description": "Generated from internal/protocol by its tests; docs/protocol.md says what they mean.",
		"$defs":       defs,
		"anyOf":       refs,
	}, "", "  ")
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}

func TestSchemaIsThatOfTheTypes(t *testing.T) {
	want := schema()
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/protocol.schema.json is not that of the Go types; run this test with -update")
	}
}

func TestMessagesAreValid(t *testing.T) {
	c := jsonschema.NewCompiler()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("protocol.json", doc); err != nil {
		t.Fatal(err)
	}
	valid := func(name string, message []byte) error {
		s, err := c.Compile("protocol.json#/$defs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := jsonschema.UnmarshalJSON(bytes.NewReader(message))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(m)
	}
	d := diag.Diagnostic{Severity: diag.Error, Message: "m", Range: diag.Range{Line: 1}, Related: []diag.Related{{Message: "r"}}}
	for name, m := range map[string]any{
		"session":    Session{"session", NewToken(), "go1.26"},
		"beat":       Beat{"beat", 600},
		"queued":     Queued{"queued", "a", 1},
		"start":      NewStart("a", "t", 1, sandbox.Limits{}),
		"diagnostic": Diagnostic{"diagnostic", "a", 2, d},
		"stdout":     NewOutput("a", 3, sandbox.Stdout, 0, []byte("x")),
		"stderr":     NewOutput("a", 3, sandbox.Stderr, 0, []byte("x")),
		"reading":    Reading{"reading", "a", 4, 0},
		"meter":      NewMeter("a", 0, sandbox.Metered{}),
		"events":     NewEvents("a", 4, 0, sandbox.Observed{Left: 3, Events: []events.Event{{Kind: events.KindSend, T: 1, G: 18, Object: 2, N: 1, Text: "1"}, {Kind: events.KindStart}}}),
		"outcome": Outcome{"outcome", "a", 5, sandbox.Outcome{Kind: wire.OutcomeDeadlock, Count: 1, Seed: "4:1", Blocked: []wire.Doing{{Name: "main"}},
			Switches: []wire.Switch{{Choice: 4, Doing: wire.Doing{G: 1, Name: "main", What: "chan send", File: "prog.go", Line: 2}, Peer: 2, To: "f #2"}}}},
		"schedules": Schedules{"schedules", "a", 6, sandbox.Schedules{Runs: 3, All: true, Perturbed: true, Unscheduled: &wire.Doing{Name: "main"}}},
		"choice":    Choice{"choice", "a", 5, sandbox.Choice{Options: []wire.Doing{{G: 1, Name: "main"}, {Name: "the clock"}}}},
		"end":       NewEnd("a", "t", 5, 0, sandbox.Result{Leaks: []sandbox.Leak{{Count: 2, State: "chan send", File: "prog.go", Line: 3, Func: "main.main"}}}),
		"error":     NewError("", CodeBusy, "m"),
	} {
		if err := valid(name, Encode(m)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, m := range []string{
		`{"type":"hello"}`, `{"type":"hello","session":"aaaaaaaaaaaaaaaaaaaaaa"}`,
		`{"type":"run","id":"a","source":"","limits":{"wallMs":1000,"memory":67108864},"args":["x"],"stdinOpen":true,"observe":true,"race":true,"procs":1}`,
		`{"type":"run","id":"a","source":"x","task":"assist","at":1}`,
		`{"type":"run","id":"a","source":"x","schedules":10,"seed":"7"}`, `{"type":"run","id":"a","source":"x","choices":[1,0],"observe":true}`,
		`{"type":"resume","id":"a","after":3}`, `{"type":"kill","id":"a"}`,
		`{"type":"stdin","id":"a","body":"x"}`, `{"type":"stdin","id":"a","body":"x","writer":"w","part":1}`, `{"type":"stdin-close","id":"a"}`,
	} {
		q, e := Decode([]byte(m))
		if e != nil {
			t.Errorf("%s: %+v", m, e)
			continue
		}
		if err := valid(q.Type, []byte(m)); err != nil {
			t.Errorf("%s: %v", m, err)
		}
	}
	if err := valid("run", []byte(`{"type":"run","id":"a"}`)); err == nil {
		t.Error("a run without source is valid")
	}
}

// The page that describes the protocol names every message, status and code.
func TestEveryWordIsDescribed(t *testing.T) {
	text, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	words := codes()
	for name := range messages() {
		words = append(words, name)
	}
	for _, s := range statuses() {
		words = append(words, string(s))
	}
	for _, w := range words {
		if !strings.Contains(string(text), "`"+w+"`") {
			t.Errorf("docs/protocol.md does not mention %q", w)
		}
	}
}

func codes() []string {
	return []string{CodeMalformed, CodeUnknownType, CodeBadRequest, CodeSourceTooLarge, CodeStdinTooLarge, CodeTooManyRuns,
		CodeRateLimited, CodeConflict, CodeUnknownRun, CodeGone, CodeInput, CodeBusy, CodeUnavailable, CodeShuttingDown,
		CodeForbidden, CodeNotFound}
}

func statuses() []sandbox.Status {
	return []sandbox.Status{sandbox.StatusOK, sandbox.StatusCompileError, sandbox.StatusExit, sandbox.StatusPanic, sandbox.StatusDeadlock,
		sandbox.StatusCPULimit, sandbox.StatusWallLimit, sandbox.StatusMemoryLimit, sandbox.StatusOutputLimit, sandbox.StatusThreadLimit,
		sandbox.StatusKilled, sandbox.StatusClientGone, sandbox.StatusBreach, sandbox.StatusStarved, sandbox.StatusEvicted, sandbox.StatusStopped, sandbox.StatusFailure}
}
