package author

import (
	"fmt"
	"strconv"
	"time"
)

// Scaffold is an article to begin with: what every article has, and one program
// whose output is documented.
func Scaffold(title string, today time.Time) []byte {
	return fmt.Appendf(nil, `---
title: %s
date: %s
summary: One sentence for lists, feeds and the cards of links.
tags: []
draft: true
---

What the reader will know at the end, in two or three sentences.

## The first part

Say what the program shows, and what to look for when it runs.

`+"```"+`go runner title="Two goroutines meet"
package main

import "fmt"

func main() {
	handed := make(chan string)
	go func() { handed <- "from the other side" }()
	fmt.Println(<-handed)
}
`+"```"+`

`+"```"+`output
from the other side
`+"```"+`

**Try this:** take the word go away, and read how the program ends.
`, strconv.Quote(title), today.Format(time.DateOnly))
}
