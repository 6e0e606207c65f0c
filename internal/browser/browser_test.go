package browser

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"playground/internal/expect"
	"playground/internal/render"
)

// Programs do in the checker's browser what they do in a reader's, several at once.
func TestRunScript(t *testing.T) {
	path := Find()
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chromium on the PATH, and CI is set: install the package chromium")
		}
		t.Skip("no Chromium on the PATH: install the package chromium")
	}
	b, err := Start(path, Limits{Wall: 20 * time.Second, Output: 1 << 16})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	const text = "---\ntitle: T\n---\n\n" +
		"```ts runner\nconst x: string[] = ['a'];\nconsole.log(x);\nawait new Promise((r) => setTimeout(r, 20));\nconsole.error(1);\n```\n\n" +
		"```js runner\nnull.x;\n```\n\n```js runner wall=100ms\nfor (;;) {}\n```\n\n```js runner\nfor (;;) console.log('x'.repeat(100));\n```\n\n```js runner\nawait new Promise(() => {});\n```\n"
	article, err := render.Render("t.md", []byte(text), render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []expect.Ran{
		{Printed: "[ 'a' ]\n1\n", Ends: expect.OK},
		{Printed: "Uncaught TypeError: Cannot read properties of null (reading 'x')\n    at program.js:1:1\n", Ends: "panic"},
		{Ends: "wall"},
		{Printed: "x", Ends: "output"},
		{Ends: "exit:13"},
	}
	var all sync.WaitGroup
	for i := range article.Blocks {
		all.Go(func() {
			ran, _, err := b.RunScript(ctx, &article.Blocks[i])
			if err != nil {
				t.Error(err)
				return
			}
			if i == 3 {
				ran.Printed = strings.Trim(ran.Printed, "x\n") + "x"
			}
			if ran.Ends != want[i].Ends || i != 1 && ran.Printed != want[i].Printed || i == 1 && !strings.Contains(ran.Printed, "program.js:1:") {
				t.Errorf("program %d: %+v, want %+v", i, ran, want[i])
			}
		})
	}
	all.Wait()
}
