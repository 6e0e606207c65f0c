package filter

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The numbers in the table are the ones that x/sys generated from the
// kernel's headers.
func TestSyscallNumbers(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command and module sources")
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	dir := strings.TrimSpace(string(out))
	for archName, a := range arches() {
		b, err := os.ReadFile(filepath.Join(dir, "unix", "zsysnum_linux_"+archName+".go"))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]uint32{}
		for _, m := range regexp.MustCompile(`(?m)^\s*SYS_(\w+)\s*=\s*(\d+)`).FindAllStringSubmatch(string(b), -1) {
			n, _ := strconv.ParseUint(m[2], 10, 32)
			want[strings.ToLower(m[1])] = uint32(n)
		}
		for _, r := range rules(1) {
			if n, ok := want[r.name]; !ok || n != r.nr[a] {
				t.Errorf("%s: %s is %d in the table, %d in the kernel's headers", archName, r.name, r.nr[a], n)
			}
		}
	}
}

func TestRulesAreDistinct(t *testing.T) {
	for archName, a := range arches() {
		seen := map[uint32]string{}
		for _, r := range rules(1) {
			if other, ok := seen[r.nr[a]]; ok {
				t.Errorf("%s: %s and %s share number %d", archName, other, r.name, r.nr[a])
			}
			seen[r.nr[a]] = r.name
		}
	}
}
