package conformance

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"
)

func TestCaseRoundTrip(t *testing.T) {
	for name, text := range map[string]string{
		"plain":         "Doc.\n-- prog.go --\npackage main\n-- stdout --\nhi\n",
		"everything":    "Doc\nmore.\n-- a.go --\npackage main\n-- b.go --\npackage main\n-- args --\n-x\na b\n-- stdin --\nin\n-- stdout --\nout\n-- stderr --\npanic: x\n-- exit --\n2\n",
		"no newline":    "-- prog.go --\npackage main\n-- stdout without final newline --\nhi\n",
		"empty output":  "-- prog.go --\npackage main\n-- stdout --\n-- exit --\n1\n",
		"not recorded":  "-- prog.go --\npackage main\n",
		"only a status": "-- prog.go --\npackage main\n-- stdout --\n-- exit --\n3\n",
	} {
		c, err := ParseCase(name, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(c.Format()); got != text {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, text)
		}
	}
}

func TestParseCaseFields(t *testing.T) {
	c, err := ParseCase("x", []byte("D\n-- prog.go --\nP\n-- args --\n-n\na b\n-- stdin --\nI\n-- stdout without final newline --\nO\n-- stderr --\nE\n-- exit --\n2\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Case{Name: "x", Doc: "D", Files: []txtar.File{{Name: "prog.go", Data: []byte("P\n")}}, Args: []string{"-n", "a b"}, Stdin: []byte("I\n"), Want: &Outcome{Stdout: []byte("O"), Stderr: "E", Exit: 2}}
	want.recorded = map[string]*Outcome{"": want.Want}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
	if string(c.Source()) != "P\n" {
		t.Errorf("source %q", c.Source())
	}
}

func TestIsTest(t *testing.T) {
	for text, want := range map[string]bool{
		"package main\nfunc\nmain() {\n}":                false,
		"package main\nfunc TestX(t *testing.T) {}":      true,
		"package main\nfunc Test(t *testing.T) {}":       true,
		"package main\nfunc ExampleX() {}":               true,
		"package main\nfunc BenchmarkX(b *testing.B) {}": true,
		"package main\nfunc Testify() {}":                false,
		"package main\nfunc (T) TestX() {}":              false,
		"package main\nfunc TestX() {}\nfunc main() {}":  false,
		"package main\nfunc TestX() {":                   false,
	} {
		c := &Case{Files: []txtar.File{{Name: "a.go", Data: []byte(text)}}}
		if c.IsTest() != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestReleaseSections(t *testing.T) {
	c, err := ParseCase("x", []byte("-- prog.go --\nP\n-- stdout --\nold\n-- stdout go1.27 --\nnew\n-- exit go1.27 --\n1\n-- stdout go1.30 --\nnewest\n"))
	if err != nil {
		t.Fatal(err)
	}
	for release, want := range map[string]string{"go1.26": "old\n", "go1.27": "new\n", "go1.29": "new\n", "go1.30": "newest\n", "go1.31": "newest\n"} {
		if got := string(c.outcome(release).Stdout); got != want {
			t.Errorf("%s: %q, want %q", release, got, want)
		}
	}
	if c.outcome("go1.28").Exit != 1 || c.outcome("go1.26").Exit != 0 {
		t.Error("exit status of another release")
	}
}

func TestRecordKeepsReleasesApart(t *testing.T) {
	out := func(s string) *Outcome { return &Outcome{Stdout: []byte(s)} }
	c := &Case{recorded: map[string]*Outcome{}}
	c.record(out("a"), "go1.0") // the first is for all, whatever the release
	c.record(out("b"), "go1.0")
	if string(c.recorded[""].Stdout) != "a" || string(c.recorded[Release].Stdout) != "b" {
		t.Errorf("%v", c.recorded)
	}
	c.record(out("a"), "go1.0")
	if len(c.recorded) != 1 {
		t.Errorf("an outcome that is as before is kept: %v", c.recorded)
	}
	c.record(out("c"), Release)
	if string(c.recorded[""].Stdout) != "c" {
		t.Errorf("%v", c.recorded)
	}
}

func TestNewerProgramsAreLeftOut(t *testing.T) {
	file := func(constraint string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("-- prog.go --\n" + constraint + "package main\n-- stdout --\n")}
	}
	cases, err := ReadCases(fstest.MapFS{
		"all.txtar":   file(""),
		"this.txtar":  file("//go:build " + Release + "\n\n"),
		"newer.txtar": file("//go:build go1.99\n\n"),
	}, nil)
	if err != nil || len(cases) != 2 {
		t.Errorf("%d cases, %v", len(cases), err)
	}
}

func TestParseCaseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "x: no Go file in the archive",
		"-- stdout --\n":                       "x: no Go file in the archive",
		"-- a.go --\n-- expect --\n":           `x: unknown section "expect"`,
		"-- a.go --\n-- exit --\nnot a number": `x: section exit: strconv.Atoi: parsing "not a number": invalid syntax`,
	} {
		if _, err := ParseCase("x", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzParseCase(f *testing.F) {
	f.Add([]byte("Doc.\n-- prog.go --\npackage main\n-- stdout --\nhi\n-- exit --\n1\n"))
	f.Add([]byte("-- a.go --\n-- args --\n\n-- stdin --\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCase("f", data)
		if err != nil {
			return
		}
		again, err := ParseCase("f", c.Format())
		if err != nil {
			t.Fatalf("formatted case does not parse: %v\n%s", err, c.Format())
		}
		if !bytes.Equal(again.Format(), c.Format()) {
			t.Errorf("format is not stable:\n%s\n%s", c.Format(), again.Format())
		}
	})
}

func TestReadCases(t *testing.T) {
	fsys := fstest.MapFS{
		"a/x.go":    {Data: []byte("// run -n 1\n\npackage main\n")},
		"a/y.txtar": {Data: []byte("-- prog.go --\npackage main\n")},
		"b.txt":     {Data: []byte("no")},
		"skip.go":   {Data: []byte("package skip\n")},
	}
	cases, err := ReadCases(fsys, func(name string, _ []byte) bool { return name != "skip.go" })
	if err != nil || len(cases) != 2 || cases[0].Name != "a/x.go" || !reflect.DeepEqual(cases[0].Args, []string{"-n", "1"}) || cases[1].Name != "a/y.txtar" {
		t.Errorf("%v %+v", err, cases)
	}
	fsys["bad.txtar"] = &fstest.MapFile{Data: []byte("nothing")}
	if _, err := ReadCases(fsys, nil); err == nil {
		t.Error("a bad archive is accepted")
	}
}

func TestEligible(t *testing.T) {
	for text, want := range map[string]string{
		"// run\n\npackage main\n":                                     "",
		"// run a b\n\npackage main\n":                                 "",
		"// run\n//go:build linux && !cgo\n\npackage main\n":           "",
		"// run\n//go:build !windows\n\npackage main\n":                "",
		"// runoutput\n\npackage main\n":                               "not a run test",
		"// rundir\n":                                                  "not a run test",
		"// errorcheck\n":                                              "not a run test",
		"// run b.go\n\npackage main\n":                                "several files",
		"// run -race\n\npackage main\n":                               "needs compiler flags",
		"// run\n//go:build cgo\n\npackage main\n":                     "build constraint",
		"// run\n//go:build race\n\npackage main\n":                    "build constraint",
		"// run\n\npackage p\n":                                        "not a main package",
		"// run\n\npackage main\nimport \"unsafe\"\n":                  "imports unsafe",
		"// run\n\npackage main\nimport (\"fmt\"; \"net/http\")\n":     "imports net/http",
		"// run\n\npackage main\nimport \"./a\"\n":                     "imports ./a",
		"// run\n\npackage main\nimport \"x.dir/a\"\n":                 "imports x.dir/a",
		"// run\n\npackage main\nimport \"internal/abi\"\n":            "imports internal/abi",
		"// run\n\npackage main\nimport \"os/exec\"\n":                 "imports os/exec",
		"// run\n\npackage main\nimport \"fmt\"\nfunc main() { broken": "",
	} {
		if ok, why := Eligible("x.go", []byte(text)); why != want || ok != (want == "") {
			t.Errorf("%q: got %v %q, want %q", text, ok, why, want)
		}
	}
}

func TestExampleCases(t *testing.T) {
	example := "// Copyright\n\npackage x_test\n\nimport \"fmt\"\n\nfunc ExampleB() {\n\tfmt.Println(1)\n\t// Output: 1\n}\n\nfunc ExampleA_two() {\n\t// Output:\n}\n\nfunc Example_none() {}\n"
	fsys := fstest.MapFS{
		"x/example_test.go":          {Data: []byte(example)},
		"x/x_test.go":                {Data: []byte(example)},
		"x/internal/example_test.go": {Data: []byte(example)},
		"cmd/go/example_test.go":     {Data: []byte(example)},
		"y/example_own_test.go":      {Data: []byte(strings.Replace(example, "x_test", "y", 1))},
		"z/example_test.go":          {Data: []byte(strings.Replace(example, "\"fmt\"", "_ \"unsafe\"", 1))},
		"w/exec_example_test.go":     {Data: []byte(strings.Replace(example, "fmt\"\n", "fmt\"\nimport (\n\t\"os\"\n\t\"os/exec\"\n)\n\nfunc ExampleExec() {\n\texec.Command(os.Args[0])\n\t// Output: 1\n}\n", 1))},
		"q/example_test.go":          {Data: []byte("package q_test\n\nfunc Example() {}\n")},
	}
	cases, err := ExampleCases(fsys)
	if err != nil || len(cases) != 2 || cases[0].Name != "w/exec_example_test.go" || cases[1].Name != "x/example_test.go" {
		t.Fatalf("%v %+v", err, cases)
	}
	if got := string(cases[0].Source()); strings.Contains(got, "os") || !strings.Contains(got, "\n\tExampleB()\n") {
		t.Error(got)
	}
	got := string(cases[1].Source())
	if !strings.Contains(got, "package main\n") || !strings.HasSuffix(got, "\nfunc main() {\n\tExampleA_two()\n\tExampleB()\n}\n") {
		t.Error(got)
	}
}

func TestJudge(t *testing.T) {
	c := &Case{Name: "c"}
	out := func(stdout string, exit int, stderr string) *Outcome {
		return &Outcome{Stdout: []byte(stdout), Exit: exit, Stderr: stderr}
	}
	for _, tc := range []struct {
		name      string
		want, got *Outcome
		kind      Kind
		cause     string
	}{
		{"same", out("a", 0, ""), out("a", 0, ""), Equal, ""},
		{"stderr does not count", out("a", 2, "panic: x"), out("a", 2, "panic: y"), Equal, ""},
		{"output", out("a", 0, ""), out("b", 0, ""), WrongOutput, ""},
		{"exit", out("a", 0, ""), out("a", 3, ""), WrongExit, ""},
		{"panic", out("a", 0, ""), out("", 2, "panic: prog.go:12:3: index 5 out of \"x\""), Crashed, "panic: index N out of …"},
		{"compile error", out("a", 0, ""), out("", 1, "prog.go:3:1: undefined: x"), Refused, "undefined: x"},
		{"limit", out("a", 0, ""), out("a", 124, "playground: stopped: 5 s of CPU time used"), TimedOut, "playground: stopped: N s of CPU time used"},
		{"no end", out("a", 0, ""), &Outcome{Stdout: []byte("a"), TimedOut: true}, TimedOut, ""},
	} {
		v := judge(c, tc.want, tc.got, "")
		if v.Kind != tc.kind || v.Cause != tc.cause {
			t.Errorf("%s: got %s %q, want %s %q", tc.name, v.Kind, v.Cause, tc.kind, tc.cause)
		}
	}
}

func TestReport(t *testing.T) {
	mk := func(name string, k Kind, cause string) Verdict {
		return Verdict{Case: &Case{Name: name}, Kind: k, Cause: cause, StderrEqual: true, Want: &Outcome{Stdout: []byte("a\nb\n")}, Got: &Outcome{Stdout: []byte("a\nc\n"), Exit: 2}}
	}
	r := &Report{"set", []Verdict{mk("1", Equal, ""), mk("2", Crashed, "x"), mk("3", Crashed, "x"), mk("4", Unstable, ""), mk("5", WrongOutput, "")}}
	if c, e, s := r.Counts(); c != 4 || e != 1 || s != 1 {
		t.Error(c, e, s)
	}
	var b strings.Builder
	r.WriteCauses(&b)
	WriteTable(&b, r)
	r.WriteDifferences(&b)
	for _, want := range []string{
		"   2  crashed: x\n        2 3\n   1  unstable: \n        4\n   1  wrong output: \n        5\n",
		"set  5      4         1      25.0  1",
		"--- 5: wrong output\nexit status 2, want 0\nstdout line 2: \"c\"\n  want: \"b\"\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("missing %q in\n%s", want, b.String())
		}
	}
}

func TestClip(t *testing.T) {
	if got := clip(bytes.Repeat([]byte("x"), 1000)); !strings.HasSuffix(got, `"… (1000 bytes)`) || len(got) > 400 {
		t.Error(got)
	}
}

func TestWithoutTimes(t *testing.T) {
	in := "--- PASS: TestX (1.23s)\nok  \tprog\t0.005s\ngoos: linux\ncpu: x\nBenchmarkA-8   \t 100\t 12 ns/op\nBenchmarkB/x \t 1\t 5 ns/op\nPASS\n"
	want := "--- PASS: TestX (0.00s)\nok  \tprog\t0.000s\nBenchmarkA\nBenchmarkB/x\nPASS\n"
	if got := string(withoutTimes([]byte(in))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestVetWarningsAreNotTheProgramsOutput(t *testing.T) {
	in := "prog.go:3:2: warning: self-assignment of x (vet.assign)\npanic: prog.go:3:2: error\n"
	if got := firstLine(vetWarning.ReplaceAllString(in, "")); got != "panic: prog.go:3:2: error" {
		t.Error(got)
	}
}

func TestExecute(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a shell")
	}
	run := func(script string, timeout time.Duration) *Outcome {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		o, _, err := execute(ctx, exec.CommandContext(ctx, "sh", "-c", script))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := run("echo out; echo err >&2; exit 7", time.Minute); string(o.Stdout) != "out\n" || o.Stderr != "err" || o.Exit != 7 {
		t.Errorf("%+v", o)
	}
	// The whole group is killed: a child that holds the pipe does not hold us.
	start := time.Now()
	if o := run("sleep 100 & echo started; sleep 100", 200*time.Millisecond); !o.TimedOut || string(o.Stdout) != "started\n" {
		t.Errorf("%+v", o)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("took %v", d)
	}
	if _, _, err := execute(t.Context(), exec.CommandContext(t.Context(), filepath.Join(t.TempDir(), "none"))); err == nil {
		t.Error("a missing program is no error")
	}
}

func TestReference(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	parse := func(text string) *Case {
		c, err := ParseCase("case.txtar", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	r := &Reference{Cache: t.TempDir()}
	c := parse("-- prog.go --\npackage main\nimport \"os\"\nfunc main() {\n\tos.Stdout.WriteString(os.Args[1])\n\tos.Exit(3)\n}\n-- args --\nhello\n")
	for range 2 { // the second time from the cache
		o, stable, err := r.Run(t.Context(), c)
		if err != nil || !stable || string(o.Stdout) != "hello" || o.Exit != 3 {
			t.Fatalf("%+v %v %v", o, stable, err)
		}
	}
	if entries, _ := os.ReadDir(r.Cache); len(entries) != 1 {
		t.Errorf("%d files in the cache", len(entries))
	}
	o, _, err := r.Run(t.Context(), parse("-- prog.go --\npackage main\nfunc main() {\n\tx := 1\n}\n"))
	if err != nil || !strings.Contains(o.Refused, "declared and not used: x") {
		t.Errorf("%+v %v", o, err)
	}
	_, stable, err := r.Run(t.Context(), parse("-- prog.go --\npackage main\nimport (\"fmt\"; \"time\")\nfunc main() { fmt.Println(time.Now().UnixNano()) }\n"))
	if err != nil || stable {
		t.Errorf("a program that prints the time is stable: %v %v", stable, err)
	}
}

func TestRecordNeedsStableOutcomes(t *testing.T) {
	r := &Runner{}
	c := &Case{Name: "x", Want: &Outcome{}}
	if changed, err := r.Record(t.Context(), []*Case{c}, Release); err != nil || len(changed) != 0 {
		t.Errorf("%v %v", changed, err)
	}
	if _, err := r.Run(t.Context(), []*Case{{Name: "y"}}); err == nil || !strings.Contains(err.Error(), "no recorded outcome") {
		t.Error(err)
	}
}
