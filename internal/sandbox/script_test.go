package sandbox_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
	"playground/internal/script"
)

// What readers write in TypeScript is compiled behind the walls, as what authors
// write is in the server: to the same script, with the same findings.
func TestScriptsAreCompiledInAWorker(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	for _, c := range []struct {
		task   wire.Task
		source string
		status sandbox.Status
	}{
		{wire.TaskTypeScript, "const a: Array<number> = [1];\nawait a[0];\nconsole.log(\"<é>\", a);\n", sandbox.StatusOK},
		{wire.TaskJavaScript, "class A { static #b = 1 }\nawait import('node:fs');\n", sandbox.StatusOK},
		{wire.TaskJavaScript, "let a: number\n", sandbox.StatusCompileError},
		{wire.TaskTypeScript, "import fs from 'node:fs'; fs();\nlet = = 1;\n", sandbox.StatusCompileError},
		{wire.TaskTypeScript, "import fs from 'node:fs'; fs();\n", sandbox.StatusCompileError},
	} {
		var tr transcript
		res, err := s.Run(context.Background(), sandbox.Program{Task: c.task, Source: c.source}, tr.sink)
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != c.status {
			t.Errorf("%.40q: %s: %s, want %s", c.source, res.Status, res.Message, c.status)
		}
		want, found := script.Compile(script.Language(c.task), c.source)
		var have script.Script
		if c.status == sandbox.StatusOK {
			if err := json.Unmarshal([]byte(tr.text()), &have); err != nil {
				t.Errorf("%.40q: %v in %q", c.source, err, tr.text())
			}
			if have != want {
				t.Errorf("%.40q: worker made %q of it, the server %q", c.source, have, want)
			}
		}
		var said int
		for _, e := range tr.events {
			if d, ok := e.(sandbox.Diagnosed); ok {
				if said < len(found) && d.Diagnostic.Message != found[said].Message {
					t.Errorf("%.40q: the worker says %q, the server %q", c.source, d.Diagnostic.Message, found[said].Message)
				}
				said++
			}
		}
		if said != len(found) {
			t.Errorf("%.40q: %d findings, want %d", c.source, said, len(found))
		}
	}
}

// A text that brings the compiler down brings down its worker.
func TestScriptsThatBreakTheCompiler(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	res, err := s.Run(context.Background(), sandbox.Program{Task: wire.TaskTypeScript, Source: strings.Repeat("[", 60000)}, discard)
	if err != nil {
		t.Fatal(err)
	}
	if res.Status == sandbox.StatusOK {
		t.Errorf("it is %s", res.Status)
	}
	var tr transcript
	if res, err = s.Run(context.Background(), sandbox.Program{Task: wire.TaskTypeScript, Source: "1"}, tr.sink); err != nil || res.Status != sandbox.StatusOK {
		t.Errorf("the next is %s: %v", res.Status, err)
	}
}
