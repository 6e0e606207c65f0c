package arch

import (
	"os"
	"testing"

	"golang.org/x/tools/go/packages"
)

// The product is to compile for systems and processors that nobody tests it on.
// Types are read from the sources of everything that it needs, the standard
// library too, which takes a tenth of the time that compiling them takes.
func TestOtherSystems(t *testing.T) {
	if os.Getenv("CI") == "" {
		t.Skip("reads the whole program once for each system: set CI to have it done")
	}
	for _, system := range []struct{ os, arch string }{
		{"darwin", "arm64"}, {"linux", "riscv64"}, {"windows", "amd64"},
	} {
		t.Run(system.os+"/"+system.arch, func(t *testing.T) {
			program, err := packages.Load(&packages.Config{
				Mode: packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
					packages.NeedDeps | packages.NeedSyntax | packages.NeedTypes,
				Env: append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system.os, "GOARCH="+system.arch),
			}, "playground/cmd/playground")
			if err != nil {
				t.Fatal(err)
			}
			for p := range packages.Postorder(program) {
				for _, err := range p.Errors {
					t.Error(err)
				}
			}
		})
	}
}
