package races

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"playground/internal/sandbox"
	"playground/internal/sandbox/sandboxtest"
)

// sample are some of the distribution's tests, of each kind of synchronisation and of
// memory. None has its verdict by luck.
var sample = []string{
	"TestRaceIntRWGlobalFuncs", "TestNoRaceChanSync", "TestRaceChanAsyncRev", "TestNoRaceMutex", "TestRaceWaitGroupWrongWait",
	"TestNoRaceAtomicStoreCASInt32", "TestRaceSliceAppendWrite", "TestRaceMapBigValInsert",
}

// TestJudge: races are found and correct programs are not accused. It tries a sample:
// cmd/races tries all.
func TestJudge(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "src/runtime/race/testdata")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("a toolchain without the distribution's tests")
	}
	programs, err := Goroot(dir)
	if err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.New(sandbox.Config{Executable: sandboxtest.Binary(t), Pool: -1, Limits: Limits()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close(t.Context()) })
	for _, p := range programs {
		if !slices.Contains(sample, p.Name) {
			continue
		}
		v, err := Judge(t.Context(), box, p)
		if err != nil {
			t.Fatal(err)
		}
		if v.Failed != "" || v.Found != p.Racy {
			t.Errorf("%s: found is %v, %s: %v", p.Name, v.Found, v.Failed, v.Reports)
		}
	}
}
