package share

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

// MaxItem bounds an encoded Item in bytes, before it is compressed.
const MaxItem = 2 << 20

// RunID is the id that the messages of a shared run carry: how a client called
// it is the client's own.
const RunID = "shared"

// Item is what is shared.
type Item struct {
	Place
	Source string   `json:"source"`
	Stdin  string   `json:"stdin,omitempty"`
	Args   []string `json:"args,omitempty"`
	// Go is the release that it was run with, as runtime.Version gives it.
	Go string `json:"go"`
	// Messages are those of the run with a number, as the protocol has them; none
	// where a program alone is shared.
	Messages []json.RawMessage `json:"messages,omitempty"`
}

// Place is where in the articles a program was edited, as its sharer says.
type Place struct {
	Article string `json:"article,omitempty"` // path below the site's address
	Block   string `json:"block,omitempty"`   // the program's anchor
}

// maxPlace bounds either half of a Place, in bytes.
const maxPlace = 256

// Check returns what is wrong with a place that a client sent.
func (p Place) Check() error {
	if len(p.Article) > maxPlace || len(p.Block) > maxPlace {
		return fmt.Errorf("the place in an article is longer than %d bytes", maxPlace)
	}
	return nil
}

// Run reports whether a run is shared, and not a program alone.
func (i Item) Run() bool { return len(i.Messages) > 0 }

// encode returns the Item as a Store keeps it, and its id.
func (i Item) encode() (id string, body []byte, err error) {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false) // messages stay as they were said
	if err := enc.Encode(i); err != nil {
		return "", nil, fmt.Errorf("encode what is shared: %w", err)
	}
	text := plain.Bytes()
	if len(text) > MaxItem {
		return "", nil, &TooLargeError{Size: len(text), Most: MaxItem}
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		return "", nil, fmt.Errorf("compress what is shared: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", nil, fmt.Errorf("compress what is shared: %w", err)
	}
	return idOf(text), out.Bytes(), nil
}

// decode is the opposite of encode.
func decode(body []byte) (i Item, err error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return i, fmt.Errorf("decompress what is shared: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, MaxItem+1))
	if err != nil {
		return i, fmt.Errorf("decompress what is shared: %w", err)
	}
	if err := json.Unmarshal(text, &i); err != nil {
		return i, fmt.Errorf("decode what is shared: %w", err)
	}
	return i, nil
}

// idBytes is how much of the hash is in an id: nobody finds two Items with the same
// 120 bits, and an address stays short.
const idBytes = 15

// idLength is the length of an id.
const idLength = idBytes * 4 / 3

func idOf(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:idBytes])
}

// ValidID reports whether an id can be one.
func ValidID(id string) bool {
	_, err := base64.RawURLEncoding.Strict().DecodeString(id)
	return err == nil && len(id) == idLength
}
