package budget

import "testing"

// Memory is given back when load has fallen, for a while after, and not for
// nothing.
func TestJanitorIsDue(t *testing.T) {
	const m = 1 << 20
	for _, tt := range []struct {
		name  string
		loads []uint64 // of each period
		want  string   // x for each in which memory is given back
	}{
		{"rest", []uint64{0, 1000, 1000, 0, 0}, "....."},
		{"little work", []uint64{m, 0, m, 0}, "...."},
		{"steady work", []uint64{9 * m, 8 * m, 10 * m, 7 * m, 9 * m}, "....."},
		{"a crowd that leaves", []uint64{50 * m, 40 * m, 0, 0, 0, 0, 0, 0, 0, 0}, "..xx.x.x.."},
		{"a crowd of which some stay", []uint64{50 * m, 10 * m, 9 * m, 10 * m, 11 * m, 10 * m, 9 * m, 10 * m, 10 * m}, ".xx.x.x.."},
	} {
		var j janitor
		var sum uint64
		got := ""
		for _, load := range tt.loads {
			sum += load
			if j.due(sum) {
				got += "x"
			} else {
				got += "."
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
