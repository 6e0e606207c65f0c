package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// onlyImporters names, for each third-party stack, the packages of ours that
// may import it. Tests may import what they like.
var onlyImporters = map[string][]string{
	"github.com/labstack/echo/v4":        {"cmd/playground"},
	"github.com/alecthomas/kong":         {"cmd/playground"},
	"github.com/yuin/goldmark":           {"internal/render"},
	"github.com/alecthomas/chroma/v2":    {"internal/render"},
	"go.yaml.in/yaml/v3":                 {"internal/render", "cmd/playground"},
	"nhooyr.io/websocket":                {"internal/stream", "bench/..."},
	"github.com/traefik/yaegi":           {"internal/sandbox/worker/interp/...", "bench/..."},
	"github.com/sony/gobreaker/v2":       {"internal/sandbox"},
	"golang.org/x/tools":                 {"internal/gofront/...", "internal/conformance/...", "internal/sandbox/hostile"},
	"golang.org/x/net":                   {"internal/sandbox/confine"},
	"golang.org/x/time":                  {"internal/admit"},
	"github.com/prometheus":              {"internal/ops"},
	"github.com/chromedp/chromedp":       {},
	"playground/internal/sandbox/worker": {"cmd/playground", "bench/..."},
	"playground/internal/gofront":        {"internal/gofront/...", "internal/sandbox/worker/..."},
}

// forbidden names, for each package of ours, what it must not reach, directly
// or through others.
var forbidden = map[string][]string{
	"content":                 {"playground/", "github.com/", "golang.org/x/"},
	"web":                     {"playground/", "github.com/", "golang.org/x/"},
	"internal/sandbox/wire":   {"playground/internal/", "github.com/", "golang.org/x/"},
	"internal/render":         {"playground/internal/sandbox", "playground/internal/stream", "github.com/labstack/"},
	"internal/protocol":       {"playground/internal/sandbox/worker", "playground/internal/journal", "playground/internal/runs", "playground/internal/stream", "playground/internal/render", "playground/internal/gofront", "github.com/labstack/", "nhooyr.io/"},
	"internal/journal":        {"playground/internal/sandbox/worker", "playground/internal/runs", "playground/internal/stream", "github.com/labstack/", "nhooyr.io/"},
	"internal/runs":           {"playground/internal/sandbox/worker", "playground/internal/stream", "playground/internal/render", "playground/internal/gofront", "github.com/labstack/", "nhooyr.io/"},
	"internal/stream":         {"playground/internal/sandbox/worker", "playground/internal/render", "playground/internal/gofront", "github.com/labstack/", "github.com/traefik/"},
	"internal/sandbox":        {"playground/internal/sandbox/worker", "playground/internal/gofront", "playground/internal/stream", "github.com/traefik/", "go/types"},
	"internal/admit":          {"playground/internal/"},
	"internal/budget":         {"playground/internal/", "github.com/"},
	"internal/ops":            {"playground/internal/"},
	"internal/sandbox/worker": {"playground/internal/stream", "github.com/labstack/", "nhooyr.io/"},
	"internal/gofront/lower":  {"playground/internal/stream", "github.com/labstack/", "github.com/traefik/"},
}

// allowed are exceptions to forbidden: a package's own.
var allowed = map[string][]string{
	"internal/sandbox/wire": {"playground/internal/sandbox/wire"},
	"content":               {"playground/content"},
	"web":                   {"playground/web"},
	"internal/admit":        {"playground/internal/admit"},
	"internal/budget":       {"playground/internal/budget"},
	"internal/ops":          {"playground/internal/ops"},
}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath    string
	Imports, Deps []string
}

func TestArrows(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "playground/")
		for _, imported := range p.Imports {
			if stack, by := owner(imported); stack != "" && !within(p.ImportPath, stack) && !matches(name, by) {
				t.Errorf("%s imports %s, which only %v may", name, imported, by)
			}
		}
		for _, dep := range p.Deps {
			if hasPrefix(dep, forbidden[name]) && !slices.Contains(allowed[name], dep) && !within(dep, p.ImportPath) {
				t.Errorf("%s reaches %s", name, dep)
			}
		}
	}
}

func owner(imported string) (stack string, by []string) {
	for s := range onlyImporters {
		if within(imported, s) && len(s) > len(stack) {
			stack = s
		}
	}
	return stack, onlyImporters[stack]
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		root, tree := strings.CutSuffix(p, "/...")
		return name == p || tree && within(name, root)
	})
}

func hasPrefix(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path, p) })
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "playground/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
