package pages

import (
	"html/template"
	"net/url"
	"strings"

	"playground/internal/articles"
	"playground/internal/card"
	"playground/internal/render"
)

// SharedPath is where shared programs and runs stand, below the site's address.
const SharedPath = "p/"

// cardLines are more than a card has room for.
const cardLines = 24

// Shared is a program that a reader shared, or a run of it. All of it is a
// stranger's text, but for where it belongs and how the run ended.
type Shared struct {
	ID      string
	Source  string
	Answer  template.HTML // what it printed; "" without a run
	Verdict string        // how the run ended; "" without a run
	Go      string
	// Post and Block are where it was edited, if that is there.
	Post  *articles.Post
	Block *render.Block
}

// Title is the title of the program that it began as.
func (s *Shared) Title() string {
	if s.Block == nil {
		return "A shared program"
	}
	return s.Block.Title
}

// Lead says what it is, in a sentence.
func (s *Shared) Lead() string {
	switch {
	case s.Verdict != "":
		return "A run that a reader shared: " + s.Verdict + "."
	case s.Block != nil:
		return "As a reader of “" + s.Post.Title + "” has changed it."
	}
	return "A program that a reader shared."
}

// In is the address of the article with the program in its place, below the
// site's.
func (s *Shared) In() string {
	if s.Block == nil {
		return ""
	}
	return s.Post.Path + "?shared=" + url.QueryEscape(s.ID) + "#" + url.PathEscape(s.Block.ID)
}

// Shared is the page of something shared.
func (b *Builder) Shared(c *articles.Collection, s *Shared) ([]byte, error) {
	p := b.page(SharedPath + s.ID)
	p.Title, p.Site, p.Alone, p.Shared = s.Title(), c.Title(), c.Alone, s
	return b.execute("shared.html", p)
}

// SharedCard is the picture of a link to something shared, with the first lines of
// what it printed, or else of the program.
func (b *Builder) SharedCard(s *Shared, printed []string) ([]byte, error) {
	c := card.Card{Title: s.Title(), Text: s.Lead(), Lines: printed}
	if len(c.Lines) == 0 {
		lines := strings.SplitN(s.Source, "\n", cardLines+1)
		c.Lines = lines[:min(len(lines), cardLines)]
	}
	if u, err := url.Parse(b.whole("")); err == nil {
		c.Foot = u.Host + strings.TrimSuffix(u.Path, "/")
	}
	return card.Draw(c)
}
