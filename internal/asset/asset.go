package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// minCompressed is the size in bytes below which a body is sent as it is: it
// fits into one packet with its headers either way.
const minCompressed = 512

// Asset is a body that is ready to be sent. It may be used by several
// goroutines, and does not change.
type Asset struct {
	contentType  string
	cacheControl string
	forms        []form // in the order of preference; the last is identity
}

// form is one way to send the body.
type form struct {
	coding string // as Content-Encoding says it
	etag   string
	body   func() []byte
}

// New makes an asset of body, which must not be changed any more. The last two
// arguments are the values of its headers of these names.
func New(body []byte, contentType, cacheControl string) *Asset {
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:8])
	a := &Asset{contentType: contentType, cacheControl: cacheControl}
	if len(body) >= minCompressed && compressible(contentType) {
		a.forms = []form{
			{"br", `"` + tag + `-br"`, sync.OnceValue(func() []byte { return compress(body, newBrotli) })},
			{"gzip", `"` + tag + `-gzip"`, sync.OnceValue(func() []byte { return compress(body, newGzip) })},
		}
	}
	a.forms = append(a.forms, form{identity, `"` + tag + `"`, func() []byte { return body }})
	return a
}

// compressible tells text from what is compressed already.
func compressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "json")
}

// ServeHTTP answers GET and HEAD.
func (a *Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := a.choose(field(r, "Accept-Encoding"))
	h := w.Header()
	h.Set("Cache-Control", a.cacheControl)
	h.Set("ETag", f.etag)
	if len(a.forms) > 1 {
		h.Add("Vary", "Accept-Encoding")
	}
	if matches(field(r, "If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body()
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if f.coding != identity {
		h.Set("Content-Encoding", f.coding)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone, or it is not
	}
}

// field is a header that may come in several lines, as one list.
func field(r *http.Request, name string) string {
	return strings.Join(r.Header.Values(name), ",")
}

// choose is the form that the client likes best, and of equals the smallest.
func (a *Asset) choose(acceptEncoding string) form {
	accepted := accept(acceptEncoding)
	best, liking := a.forms[len(a.forms)-1], accepted.of(identity)
	for i := len(a.forms) - 2; i >= 0; i-- {
		if q := accepted.of(a.forms[i].coding); q > 0 && q >= liking {
			best, liking = a.forms[i], q
		}
	}
	return best
}

func newBrotli(w io.Writer) io.WriteCloser {
	return brotli.NewWriterLevel(w, brotli.BestCompression)
}

func newGzip(w io.Writer) io.WriteCloser {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant and valid
	}
	return z
}

func compress(body []byte, to func(io.Writer) io.WriteCloser) []byte {
	var b bytes.Buffer
	z := to(&b)
	if _, err := z.Write(body); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return bytes.Clone(b.Bytes())
}
