package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"playground/internal/admit"
	"playground/internal/pages"
	"playground/internal/share"
)

// Shares has what readers share; a share.Shelf does.
type Shares interface {
	Load(ctx context.Context, id string) (share.Item, error)
}

// What one client may take of what is shared, and all together, in KiB, each of
// which costs up to a tenth of a millisecond to be read and shown: a tenth of a
// core, and half of one. A lecture hall that opens an ordinary run at once is
// within the burst. Until something is read it counts for more than most are.
const (
	sharedPerSecond    = 1 << 10
	sharedAtOnce       = 20 << 10
	allSharedPerSecond = 5 << 10
	allSharedAtOnce    = 60 << 10
	usualSize          = 64
)

func newShelfThrottle() *admit.Throttle {
	return admit.NewThrottle(
		admit.Rate{PerSecond: sharedPerSecond, Burst: sharedAtOnce},
		admit.Rate{PerSecond: allSharedPerSecond, Burst: allSharedAtOnce})
}

// kibibytes is the size of an item, at least 1.
func kibibytes(i share.Item) int {
	n := len(i.Source) + len(i.Stdin)
	for _, a := range i.Args {
		n += len(a)
	}
	for _, m := range i.Messages {
		n += len(m)
	}
	return 1 + n>>10
}

// shared answers with something that a reader shared, in the form that its ending
// asks for. Whatever it is, it is a stranger's: text is sent as text.
func (s *Site) shared(c echo.Context) error {
	id, form, _ := strings.Cut(c.Param("file"), ".")
	if !share.ValidID(id) {
		return s.serve(c) // an article may have that name
	}
	r, client := c.Request(), s.client(c.Request())
	s.shelf.Wait(r.Context(), client, usualSize)
	if r.Context().Err() != nil {
		return nil // nobody is there for it
	}
	item, err := s.shares.Load(r.Context(), id)
	s.shelf.Correct(client, kibibytes(item)-usualSize)
	if errors.Is(err, share.ErrNotFound) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("X-Robots-Tag", "noindex")
	if form != "" {
		shared(h) // players on other sites may load it
		h.Set("Cache-Control", "public, max-age=3600")
	}
	p := s.current.Load()
	switch form {
	case "":
		return p.sharedPage(c, id, item)
	case "png":
		return s.card(c, p, id, item)
	case "go":
		return c.Blob(http.StatusOK, "text/plain; charset=utf-8", []byte(item.Source))
	case "json":
		return c.JSON(http.StatusOK, item)
	}
	if !item.Run() {
		return echo.ErrNotFound
	}
	switch form {
	case "txt":
		return c.Blob(http.StatusOK, "text/plain; charset=utf-8", []byte(item.Text()))
	case "cast":
		return c.Blob(http.StatusOK, "application/x-asciicast", item.Cast(p.placed(id, item).Title()))
	}
	return echo.ErrNotFound
}

// sharedPage answers with the page of something shared, complete without scripts.
func (p *published) sharedPage(c echo.Context, id string, item share.Item) error {
	s := p.placed(id, item)
	if item.Run() {
		said, err := p.pages.Part("answer.html", read(bytes.NewBuffer(bytes.Join(raw(item.Messages), []byte("\n")))))
		if err != nil {
			return err
		}
		s.Answer = template.HTML(said)
	}
	page, err := p.pages.Shared(p.articles, s)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.HTMLBlob(http.StatusOK, page)
}

func raw(messages []json.RawMessage) [][]byte {
	all := make([][]byte, len(messages))
	for i, m := range messages {
		all[i] = m
	}
	return all
}

// placed is an Item beside the article that it says it is from, if that has such a
// program.
func (p *published) placed(id string, item share.Item) *pages.Shared {
	s := &pages.Shared{ID: id, Source: item.Source, Verdict: item.Verdict(), Go: item.Go}
	if post := p.articles.At(item.Article); post != nil {
		if block := post.Block(item.Block); block != nil {
			s.Post, s.Block = post, block
		}
	}
	return s
}

// mostCards bounds the pictures that are kept: those that were asked for last are
// asked for again, by everybody to whom a link was sent.
const mostCards = 64

// Pictures that are drawn for one client: a page of somebody else's links at once,
// and then a tenth of a core. All clients together have one core, in turns.
const (
	cardsPerSecond = 2
	cardsAtOnce    = 20
	allCards       = 10_000
)

// cards draws one picture at a time, whoever asks: it takes some hundredths of a
// second.
type cards struct {
	throttle *admit.Throttle
	turn     chan struct{} // has one in it while somebody draws

	mu    sync.Mutex
	drawn map[string][]byte
	order []string // their ids, the oldest first
}

func newCards() *cards {
	return &cards{
		throttle: admit.NewThrottle(
			admit.Rate{PerSecond: cardsPerSecond, Burst: cardsAtOnce},
			admit.Rate{PerSecond: allCards, Burst: allCards}),
		turn:  make(chan struct{}, 1),
		drawn: make(map[string][]byte),
	}
}

func (s *Site) card(c echo.Context, p *published, id string, item share.Item) error {
	r := c.Request()
	body, err := s.cards.draw(r.Context(), s.client(r), id, func() ([]byte, error) {
		return p.pages.SharedCard(p.placed(id, item), item.Lines(mostCardLines))
	})
	if r.Context().Err() != nil {
		return nil // nobody is there for it
	}
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/png", body)
}

// mostCardLines are more lines than a card has room for.
const mostCardLines = 24

// draw returns the picture of that id, which is made if it is not kept: when the
// client may have another, and nobody else's is being made.
func (d *cards) draw(ctx context.Context, client, id string, make func() ([]byte, error)) ([]byte, error) {
	if body := d.kept(id); body != nil {
		return body, nil
	}
	d.throttle.Wait(ctx, client, 1)
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if body := d.kept(id); body != nil { // made while this one waited
		return body, nil
	}
	body, err := make()
	if err == nil {
		d.keep(id, body)
	}
	return body, err
}

func (d *cards) kept(id string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.drawn[id]
}

func (d *cards) keep(id string, body []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.order) >= mostCards {
		delete(d.drawn, d.order[0])
		d.order = d.order[1:]
	}
	d.drawn[id] = body
	d.order = append(d.order, id)
}
