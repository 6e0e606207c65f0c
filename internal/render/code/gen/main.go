// Command gen copies the lexers that articles need out of the chroma module.
// Chroma's own package of lexers reads all of its 280 whenever a process
// starts, and a worker is a process of this binary for every run.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// languages are file names of chroma's, without the ending. Go is not among
// them: see goTokens.
const languages = `bash bash_session c c# c++ css diff docker elixir erlang graphql haskell hcl html
	ini java javascript json kotlin lua makefile nginx_configuration_file ocaml powershell promql
	protocol_buffer python react ruby rust scala sql swift terraform toml typescript viml xml yaml zig`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run is called in the package's directory, by go generate.
func run() error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/alecthomas/chroma/v2").Output()
	if err != nil {
		return fmt.Errorf("find the chroma module: %w", err)
	}
	module := strings.TrimSpace(string(out))
	old, err := filepath.Glob("lexers/*.xml")
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	if err := copyFile("lexers/COPYING", filepath.Join(module, "COPYING")); err != nil {
		return err
	}
	for _, name := range strings.Fields(languages) {
		// A name with a plus or a hash is none that go:embed takes.
		plain := strings.NewReplacer("+", "p", "#", "sharp").Replace(name)
		if err := copyFile("lexers/"+plain+".xml", filepath.Join(module, "lexers", "embedded", name+".xml")); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
