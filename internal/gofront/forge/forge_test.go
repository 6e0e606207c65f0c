package forge

import "testing"

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}
func BenchmarkSelfTest(b *testing.B) {
	for range b.N {
		if err := SelfTest(); err != nil {
			b.Fatal(err)
		}
	}
}
