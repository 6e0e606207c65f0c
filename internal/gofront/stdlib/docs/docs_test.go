package docs

import (
	"testing"

	"playground/internal/gofront/stdlib/policy"
)

// Every package has documentation that can be read, and so has what everybody
// uses.
func TestDocs(t *testing.T) {
	d := New()
	var missing []string
	for _, path := range policy.Packages() {
		if d.Package(path) == "" || len(read(path)) == 0 {
			missing = append(missing, path)
		}
	}
	if len(missing) > 10 { // a newer release has packages that it does not know
		t.Errorf("nothing on %v", missing)
	}
	for symbol, want := range map[[2]string]string{
		{"fmt", "Println"}:     "Println formats using the default formats for its operands and writes to standard output.",
		{"sync", "Mutex.Lock"}: "Lock locks m.",
		{"io", "EOF"}:          "EOF is the error returned by Read when no more input is available.",
		{"builtin", "len"}:     "The len built-in function returns the length of v, according to its type:",
	} {
		if got := d.Of(symbol[0], symbol[1]); got != want {
			t.Errorf("on %v there is %q, want %q", symbol, got, want)
		}
	}
}
