package suggest

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"title", "id", "wall", "cpu", "readonly", "template", "runner"}
	for word, want := range map[string]string{
		"titel": "title", "Title": "title", "wal": "wall", "walls": "wall", "cup": "cpu",
		"read-only": "readonly", "runer": "runner", "template": "template", "tempalte": "template",
		"height": "", "": "", "timeout": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestHint(t *testing.T) {
	known := []string{"wall", "cpu"}
	for word, want := range map[string]string{
		"wal":    ` (did you mean "wall"?)`,
		"height": ": known are wall, cpu",
	} {
		if got := Hint(word, known); got != want {
			t.Errorf("Hint(%q) = %q, want %q", word, got, want)
		}
	}
}
