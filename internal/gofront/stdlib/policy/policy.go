// Package policy says which packages a reader's program may import, and why
// not for the ones it may not. It is a leaf, so that the generator of the
// standard library's tables can read it before those tables exist.
package policy

import (
	"slices"
	"strings"
)

// Host is the import path of the helpers that the generic twins call. Readers
// cannot import it.
const Host = "playground/internal/gofront/stdlib/host"

// Allowed reports whether a program may import path.
func Allowed(path string) bool {
	for _, p := range Packages() {
		if p == path {
			return true
		}
	}
	return false
}

// Member reports whether programs may use the function, variable or type that
// an allowed package calls name. Of syscall that is the names of signals and
// errors, which os/signal and errors.Is are used with: its calls would all be
// refused by the kernel's walls.
func Member(path, name string) bool {
	return path != "syscall" || name == "Signal" || name == "Errno"
}

// Packages lists the import paths that programs may use, sorted.
func Packages() []string {
	all := strings.Fields(packages + newer)
	slices.Sort(all)
	return all
}

const packages = `
archive/tar archive/zip
bufio bytes
cmp compress/bzip2 compress/flate compress/gzip compress/lzw compress/zlib
container/heap container/list container/ring context
crypto crypto/aes crypto/cipher crypto/des crypto/dsa crypto/ecdh crypto/ecdsa
crypto/ed25519 crypto/elliptic crypto/fips140 crypto/hkdf crypto/hmac crypto/hpke
crypto/md5 crypto/mlkem crypto/mlkem/mlkemtest crypto/pbkdf2 crypto/rand crypto/rc4
crypto/rsa crypto/sha1 crypto/sha256 crypto/sha3 crypto/sha512 crypto/subtle
crypto/tls crypto/x509 crypto/x509/pkix
database/sql database/sql/driver
embed
debug/buildinfo debug/dwarf debug/elf debug/gosym debug/macho debug/pe debug/plan9obj
encoding encoding/ascii85 encoding/asn1 encoding/base32 encoding/base64
encoding/binary encoding/csv encoding/gob encoding/hex encoding/json encoding/pem
encoding/xml errors expvar
flag fmt
go/ast go/build/constraint go/constant go/doc go/doc/comment go/format go/parser
go/printer go/scanner go/token go/types go/version
hash hash/adler32 hash/crc32 hash/crc64 hash/fnv hash/maphash html html/template
image image/color image/color/palette image/draw image/gif image/jpeg image/png
index/suffixarray io io/fs io/ioutil iter
log log/slog
maps math math/big math/bits math/cmplx math/rand math/rand/v2
mime mime/multipart mime/quotedprintable
net net/http net/http/cookiejar net/http/httptest net/http/httptrace
net/http/httputil net/http/pprof net/mail net/netip net/rpc net/rpc/jsonrpc
net/smtp net/textproto net/url
os os/signal os/user
path path/filepath
reflect regexp regexp/syntax runtime runtime/debug runtime/metrics runtime/pprof
runtime/trace
slices sort strconv strings structs sync sync/atomic syscall
testing testing/cryptotest testing/fstest testing/iotest testing/quick
testing/slogtest testing/synctest text/scanner text/tabwriter text/template
text/template/parse time time/tzdata
unicode unicode/utf16 unicode/utf8 unique
weak
`

// Refusal says why a program may not import path, and what to do instead
// where there is something. Both are empty for a package that it may import.
// The texts follow "import of "os/exec" is not allowed here: ".
func Refusal(path string) (reason, instead string) {
	if Allowed(path) {
		return "", ""
	}
	for _, r := range refusals() {
		if path == r.path {
			return r.reason, r.instead
		}
	}
	first, _, _ := strings.Cut(path, "/")
	switch {
	case strings.HasPrefix(path, "./"), strings.HasPrefix(path, "../"), strings.HasPrefix(path, "/"):
		return "relative import paths are not supported in module mode", "import a package of the archive by its module's path and its directory"
	case path == "internal" || strings.HasPrefix(path, "internal/") || strings.Contains(path, "/internal/") || strings.HasSuffix(path, "/internal"):
		return "internal packages are private to the module that holds them", ""
	case strings.HasPrefix(path, "golang.org/x/"):
		return "no module here has it, and nothing is fetched", extended(path)
	case strings.Contains(first, "."):
		return "no module here has it, and nothing is fetched", ""
	case first == "cmd" || first == "vendor":
		return "it belongs to the Go toolchain", ""
	}
	return "there is no such package in the standard library", ""
}

// extended names the standard library's counterpart of a golang.org/x package.
func extended(path string) string {
	counterparts := []struct{ path, instead string }{
		{"golang.org/x/exp/slog", `use "log/slog"`},
		{"golang.org/x/net/context", `use "context"`},
		{"golang.org/x/crypto/sha3", `use "crypto/sha3"`},
		{"golang.org/x/crypto/hkdf", `use "crypto/hkdf"`},
		{"golang.org/x/crypto/pbkdf2", `use "crypto/pbkdf2"`},
		{"golang.org/x/crypto/ed25519", `use "crypto/ed25519"`},
		{"golang.org/x/crypto/curve25519", `use "crypto/ecdh"`},
	}
	for _, c := range counterparts {
		if c.path == path {
			return c.instead
		}
	}
	return ""
}

type refusal struct{ path, reason, instead string }

func refusals() []refusal {
	const process = "programs here run in a process of their own that cannot start others"
	return []refusal{
		{"C", "cgo needs a C compiler, and native code could leave the sandbox", ""},
		{"unsafe", "code that reads and writes any memory cannot be checked before it runs", `use "reflect", "encoding/binary" or "math" for what you wanted to convert`},
		{"syscall/js", "programs here are not WebAssembly", ""},
		{"os/exec", process, "write the other program as a function and connect it with io.Pipe"},
		{"plugin", "programs here cannot load native code", ""},
		{"log/syslog", "there is no syslog daemon here", `use "log" or "log/slog"`},
		{"net/http/cgi", process, `serve with "net/http" directly`},
		{"net/http/fcgi", "there is no web server to be called from here", `serve with "net/http" directly`},
		{"go/build", "there is no source tree here to build from", `use "go/build/constraint" or "go/parser"`},
		{"go/importer", "there are no compiled packages here to import", `use "go/parser" and "go/types" on source text`},
		{"runtime/cgo", "programs here are built without cgo", ""},
		{"runtime/coverage", "programs here are not built for coverage", ""},
		{"runtime/race", "the race detector is not built in here", ""},
	}
}
