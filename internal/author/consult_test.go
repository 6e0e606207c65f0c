package author

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"playground/internal/expect"
	"playground/internal/render"
)

// said is a browser, or a Node, that prints the program it is given behind a word.
type said string

func (s said) RunScript(ctx context.Context, b *render.Block) (expect.Ran, time.Duration, error) {
	ran, err := s.run(ctx, b)
	return ran, 0, err
}

func (s said) run(_ context.Context, b *render.Block) (expect.Ran, error) {
	return expect.Ran{Printed: string(s) + b.Script.Code, Ends: expect.OK}, nil
}

// All that a script prints is held against Node, whatever is documented of it.
func TestScriptsAreHeldAgainstNode(t *testing.T) {
	p := Post{Name: "post.md", Text: []byte("# T\n\n```js runner\nlet a = 1;\n```\n")}
	for node, want := range map[said]int{"": 0, "other": 1} {
		r := check(t, Checker{Scripts: said(""), ScriptOracle: node.run}, p)
		if n := r.Errors(); n != want {
			t.Errorf("%q: %d errors, want %d: %+v", node, n, want, r.All())
		}
		for _, f := range r.All() {
			if f.Kind != "oracle" || f.Line != 3 || !strings.Contains(f.Message, "other than the installed Node") {
				t.Errorf("%+v", f)
			}
		}
	}
}

// The clock that comparing uses leaps from timer to timer, in their order, and lets
// microtasks go first; and nothing in it is random.
func TestSteady(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node on the PATH")
	}
	const program = `
const say = (text) => console.log(text, performance.now(), Date.now() - new Date(2026, 0, 1, 0, 0, 0) < 1e9, new Date(0).getTime());
const every = setInterval(() => { say('every'); if (performance.now() > 4000) clearInterval(every); }, 2000);
setTimeout((text) => { say(text); queueMicrotask(() => say('microtask')); setTimeout(() => say('later'), 0); }, 3600, 'hour');
setTimeout(say, 3600, 'same time');
clearTimeout(setTimeout(say, 10, 'never'));
AbortSignal.timeout(50).onabort = () => say('aborted');
await new Promise((done) => setTimeout(done, 86_400_000));
say(Math.random());
`
	b := &render.Block{}
	article, err := render.Render("post.md", []byte("# T\n\n```js runner\n"+program+"```\n"), render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	*b = article.Blocks[0]
	b.Script.Code = steady + b.Script.Code
	ran, err := RunWithNode(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	const want = `aborted 50 true 0
every 2000 true 0
hour 3600 true 0
microtask 3600 true 0
same time 3600 true 0
later 3601 true 0
every 4000 true 0
every 6000 true 0
0.00032870750889587566 86400000 true 0
`
	if ran.Ends != expect.OK || ran.Printed != want {
		t.Errorf("it ended with %s and printed\n%s", ran.Ends, ran.Printed)
	}
}

func TestNodeEnds(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node on the PATH")
	}
	for code, want := range map[string]expect.End{
		"console.log(1)": expect.OK, "throw new Error('x')": "panic", "Promise.reject(1)": "panic", "await new Promise(() => {})": "exit:13",
	} {
		article, err := render.Render("post.md", []byte("# T\n\n```ts runner\n"+code+"\n```\n"), render.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ran, err := RunWithNode(t.Context(), &article.Blocks[0])
		if err != nil || ran.Ends != want {
			t.Errorf("%s: %s, %v; want %s", code, ran.Ends, err, want)
		}
	}
}
