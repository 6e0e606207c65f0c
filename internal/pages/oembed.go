package pages

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"

	"playground/internal/articles"
	"playground/internal/card"
	"playground/internal/render"
)

// OEmbed is an answer of the protocol of that name (oembed.com, version 1.0):
// what other sites show where somebody pastes a link.
type OEmbed struct {
	Version      string `json:"version"`
	Type         string `json:"type"`
	Title        string `json:"title"`
	Author       string `json:"author_name,omitempty"`
	Provider     string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	Thumbnail    string `json:"thumbnail_url,omitempty"`
	ThumbnailW   int    `json:"thumbnail_width,omitempty"`
	ThumbnailH   int    `json:"thumbnail_height,omitempty"`
	HTML         string `json:"html,omitempty"`
	Width        int    `json:"width,omitempty"`
	Height       int    `json:"height,omitempty"`
	CacheSeconds int    `json:"cache_age"`
}

// The size of a frame, in CSS pixels. It is high enough for a program with the
// first lines of its output.
const (
	frameWidth   = 720
	frameBase    = 220
	frameLine    = 24
	frameMost    = 900
	cacheSeconds = 3600
)

// OEmbed answers for an address of this site: of a program, by its anchor or its
// frame, or of an article, for its first program. It reports false where nothing
// can be embedded. Zero sizes are no bounds.
func (b *Builder) OEmbed(c *articles.Collection, address string, maxWidth, maxHeight int) ([]byte, bool) {
	post, block := b.named(c, address)
	if post == nil || block == nil {
		return nil, false
	}
	width, height := frameWidth, min(frameMost, frameBase+frameLine*strings.Count(block.Source, "\n"))
	if maxWidth > 0 {
		width = min(width, maxWidth)
	}
	if maxHeight > 0 {
		height = min(height, maxHeight)
	}
	o := OEmbed{
		Version: "1.0", Type: "rich", Title: block.Title + " – " + post.Title, Author: strings.Join(post.Authors, ", "),
		Provider: c.Title(), ProviderURL: b.whole(""), Width: width, Height: height, CacheSeconds: cacheSeconds,
		HTML: fmt.Sprintf(`<iframe src="%s" width="%d" height="%d" title="%s" loading="lazy" style="border:0;max-width:100%%"></iframe>`,
			html.EscapeString(b.whole(EmbedPath+post.Slug+"/"+block.ID)), width, height, html.EscapeString(block.Title)),
	}
	// A thumbnail must not be larger than was asked for.
	if maxWidth == 0 && maxHeight == 0 {
		o.Thumbnail, o.ThumbnailW, o.ThumbnailH = b.whole(post.Path+cardName), card.Width, card.Height
	}
	text, err := json.Marshal(o)
	return text, err == nil
}

// named is the article and the program that an address names.
func (b *Builder) named(c *articles.Collection, address string) (*articles.Post, *render.Block) {
	u, err := url.Parse(address)
	home, _ := url.Parse(b.whole(""))
	if err != nil || !strings.EqualFold(u.Host, home.Host) {
		return nil, nil
	}
	path, ok := strings.CutPrefix(u.Path, home.Path)
	if !ok {
		return nil, nil
	}
	if slug, id, ok := strings.Cut(strings.TrimPrefix(path, EmbedPath), "/"); ok && strings.HasPrefix(path, EmbedPath) {
		if post := c.Named(slug); post != nil {
			return post, post.Block(id)
		}
		return nil, nil
	}
	if path != "" && !strings.HasSuffix(path, "/") {
		path += "/"
	}
	post := c.At(path)
	switch {
	case post == nil || len(post.Blocks) == 0:
		return nil, nil
	case u.Fragment != "":
		if block := post.Block(u.Fragment); block != nil {
			return post, block
		}
	}
	return post, &post.Blocks[0]
}
