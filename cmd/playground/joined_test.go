package main

import (
	"os"
	"strings"
	"testing"
)

// joinedArticle has programs in several fences and files, and what each is given.
const joinedArticle = `---
title: T
---

~~~go runner id=user
package main

import (
	"fmt"

	"m/queue"
)

func main() { fmt.Println(queue.Take(), helper()) }
~~~

~~~go file=queue/queue.go with=user
package queue

// Take takes one.
func Take() int { return 1 }
~~~

~~~go.mod file=go.mod with=user
module m

go 1.26
~~~

~~~go file=helper.go with=user include=../shared/helper.go#helper
~~~

~~~output
1 7
~~~

~~~go runner id=first template=func
func two() int { return 2 }
~~~

~~~go runner id=next after=first
func main() { fmt.Println(two()) }
~~~

~~~output
2
~~~

~~~go runner template=main args="-n 'two words'" stdin="x\ny\n" procs=1 memory=40MiB
text, _ := io.ReadAll(os.Stdin)
fmt.Printf("%q %q %d\n", os.Args[1:], text, runtime.GOMAXPROCS(0))
~~~

~~~output
["-n" "two words"] "x\ny\n" 1
~~~
`

// Programs that are written in several fences and files run as one, in the sandbox
// and with the installed Go; and a mistake is told where it was written.
func TestCheckJoinedPrograms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "posts/one.md", joinedArticle)
	put(t, dir, "shared/helper.go", "// Package main helps.\n//region helper\npackage main\n\nfunc helper() int { return 7 }\n//endregion\n")
	status, stdout, stderr := playground(t, "", "check", "--oracle", dir)
	if status != 0 || !strings.Contains(stdout, "4 programs in 1 article, 3 with a documented output: all as they should be") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}

	put(t, dir, "posts/one.md", strings.Replace(joinedArticle, "fmt.Println(two())", "fmt.Println(tow())", 1))
	put(t, dir, "shared/helper.go", "//region helper\npackage main\n\nfunc helper() int { return seven }\n//endregion\n")
	status, stdout, _ = playground(t, "", "check", dir)
	for _, want := range []string{
		"posts/one.md:42:27: next: undefined: tow\n",
		"posts/one.md:5: user: shared/helper.go:4:28: undefined: seven\n",
	} {
		if status != 1 || !strings.Contains(stdout, want) {
			t.Errorf("status %d, no %q in\n%s", status, want, stdout)
		}
	}
}

// A folder's articles include nothing from outside of it, over no link either.
func TestCheckIncludesNothingFromOutside(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	put(t, outside, "secret.go", "package main\n")
	if err := os.Symlink(outside, dir+"/link"); err != nil {
		t.Skip(err)
	}
	put(t, dir, "one.md", "# T\n\n~~~go include=link/secret.go\n~~~\n\n~~~go include=../secret.go\n~~~\n")
	status, stdout, _ := playground(t, "", "check", dir)
	for _, want := range []string{"one.md:3:7: include: link/secret.go cannot be read", "one.md:6:7: include: \"../secret.go\" is no file of the folder"} {
		if status != 1 || !strings.Contains(stdout, want) {
			t.Errorf("status %d, no %q in\n%s", status, want, stdout)
		}
	}
}
