package site

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"image/png"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/share"
)

// vile is text that wants to be markup, script, a terminal's command or a header.
const vile = "</code></pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{.}}\r\nSet-Cookie: a=b\x1b]0;x\x07\x1b[2J\u202e\x00"

// vileItem is a run all of whose texts are vile, at a program of twoNotes or, as it
// says, anywhere.
func vileItem(t *testing.T, place share.Place) share.Item {
	t.Helper()
	message := func(fields map[string]any) json.RawMessage {
		b, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return share.Item{Place: place, Source: "package main\n// " + vile, Stdin: vile, Args: []string{vile}, Go: vile, Messages: []json.RawMessage{
		message(map[string]any{"type": "start", "seq": 1}),
		message(map[string]any{"type": "diagnostic", "severity": vile, "file": vile, "line": 1, "column": 1, "message": vile}),
		message(map[string]any{"type": "stdout", "seq": 2, "t": 1, "body": vile}),
		message(map[string]any{"type": "stderr", "seq": 3, "t": 2, "body": vile}),
		message(map[string]any{"type": "end", "seq": 4, "t": 3, "status": vile, "reason": vile, "exit": -1}),
	}}
}

// sharing is a site on whose shelf an item is, and the item's address.
func sharing(t *testing.T, i share.Item) (address string) {
	t.Helper()
	shelf := share.New(share.Config{Store: share.NewMemory(1 << 20)})
	id, err := shelf.Save(context.Background(), "c", i)
	if err != nil {
		t.Fatal(err)
	}
	return testSite(t, Config{Articles: twoNotes(t), Shares: shelf}).URL + "/p/" + id
}

// No text of a stranger becomes markup, in any form in which it is sent.
func TestSharedTextIsText(t *testing.T) {
	at := sharing(t, vileItem(t, share.Place{Article: vile, Block: vile}))
	resp, page := request(t, "GET", at)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("got %s", resp.Status)
	}
	for _, bad := range []string{"<script>alert", "<img src=x", "\x1b", "\u202e"} {
		if i := strings.Index(page, bad); i >= 0 && !strings.Contains(html.EscapeString(vile), bad) {
			t.Errorf("the page has %q: …%q…", bad, page[max(0, i-60):min(len(page), i+60)])
		}
	}
	if !strings.Contains(page, "&lt;script&gt;alert(1)") {
		t.Error("the page does not have the program")
	}
	for _, form := range []string{".go", ".txt", ".json", ".cast", ".png"} {
		resp, body := request(t, "GET", at+form)
		h := resp.Header
		if resp.StatusCode != http.StatusOK || strings.Contains(h.Get("Content-Type"), "html") ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") ||
			h.Get("Set-Cookie") != "" || h.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: %s with %v", form, resp.Status, h)
		}
		switch form {
		case ".go":
			if body != "package main\n// "+vile {
				t.Errorf("%s: %q", form, body)
			}
		case ".json":
			var i share.Item
			if err := json.Unmarshal([]byte(body), &i); err != nil || len(i.Messages) != 5 {
				t.Errorf("%s: %v", form, err)
			}
		case ".png":
			if m, err := png.DecodeConfig(bytes.NewReader([]byte(body))); err != nil || m.Width != 1200 {
				t.Errorf("%s: %v, %v", form, m, err)
			}
		}
	}
}

func TestNothingSharedThere(t *testing.T) {
	at := sharing(t, share.Item{Source: "package main\n"})
	base := at[:strings.LastIndex(at, "/")+1]
	for _, path := range []string{
		"AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA.json", "%3Cscript%3E", "..%2f..%2fetc%2fpasswd", "x", "%00", "",
	} {
		if resp, body := request(t, "GET", base+path); resp.StatusCode != http.StatusNotFound || strings.Contains(body, "<script>") {
			t.Errorf("%q: %s", path, resp.Status)
		}
	}
	for _, form := range []string{".exe", ".txt", ".cast", ".go.html"} {
		if resp, _ := request(t, "GET", at+form); resp.StatusCode != http.StatusNotFound {
			t.Errorf("a program's %s: %s", form, resp.Status)
		}
	}
}

// A program that is from an article leads back to it, and has its title.
func TestSharedPlace(t *testing.T) {
	c := twoNotes(t)
	post := c.Posts[0]
	if len(post.Blocks) == 0 {
		post = c.Posts[1]
	}
	block := post.Blocks[0]
	at := sharing(t, share.Item{Place: share.Place{Article: post.Path, Block: block.ID}, Source: "package main\n"})
	_, page := request(t, "GET", at)
	id := at[strings.LastIndex(at, "/")+1:]
	if want := `href="/` + post.Path + "?shared=" + id + "#" + block.ID + `"`; !strings.Contains(page, want) {
		t.Errorf("no link %s in %s", want, page)
	}
	if !strings.Contains(page, "<h1>"+html.EscapeString(block.Title)+"</h1>") {
		t.Error("the page does not have the program's title")
	}
	for _, place := range []share.Place{{Article: post.Path, Block: "none"}, {Article: "none/", Block: block.ID}} {
		_, page := request(t, "GET", sharing(t, share.Item{Place: place, Source: "package main\n"}))
		if strings.Contains(page, "?shared=") {
			t.Errorf("%+v: leads to an article", place)
		}
	}
}

// One client who asks for picture after picture is held to a rate; another waits
// for one of them at most. What was asked for lately is there at once.
func TestCardsAreRated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const drawing = 30 * time.Millisecond
		d := newCards()
		made := 0
		ask := func(client, id string) time.Duration {
			t.Helper()
			began := time.Now()
			if _, err := d.draw(t.Context(), client, id, func() ([]byte, error) {
				made++
				time.Sleep(drawing)
				return []byte(id), nil
			}); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		var all sync.WaitGroup
		for i := range 3 * cardsAtOnce {
			all.Go(func() { ask("greedy", fmt.Sprint(i)) })
		}
		time.Sleep(cardsAtOnce * drawing)
		synctest.Wait()
		if made > cardsAtOnce+2 {
			t.Errorf("%d pictures are drawn at once", made)
		}
		if took := ask("another", "mine"); took > 2*drawing {
			t.Errorf("another client waited %v", took)
		}
		all.Wait()
		if took := ask("another", "mine"); took != 0 {
			t.Errorf("a picture that is kept takes %v", took)
		}
		if len(d.drawn) != 3*cardsAtOnce+1 || made != len(d.drawn) {
			t.Errorf("%d are kept, %d were made", len(d.drawn), made)
		}
		for i := range mostCards {
			ask(fmt.Sprint("client ", i), fmt.Sprint("late ", i))
		}
		if len(d.drawn) != mostCards || len(d.order) != mostCards || d.drawn["mine"] != nil {
			t.Errorf("%d are kept, %d in order", len(d.drawn), len(d.order))
		}
	})
}

// Who has left is drawn nothing.
func TestCardsOfNobody(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newCards().draw(ctx, "c", "x", func() ([]byte, error) {
		t.Error("it is drawn")
		return nil, nil
	}); err == nil {
		t.Error("there is no error")
	}
}
