package dispatch

import (
	"fmt"
	"testing"
)

// What a node more on the way costs a reader, from the start to the first byte, of a
// program that takes no time. Alone is without a cluster's question.
func BenchmarkFirstByte(b *testing.B) {
	for _, tt := range []struct{ name, roles string }{{"alone", "b"}, {"here", "bg"}, {"elsewhere", "gr"}} {
		b.Run(tt.name, func(b *testing.B) {
			s := fleet(b, tt.roles, nil)
			for i := range b.N {
				id := fmt.Sprint("r", i)
				x := listen(b, begin(b, s[0], program(id, "out x")), id, 0)
				x.until("x")
				b.StopTimer()
				x.rest()
				b.StartTimer()
			}
		})
	}
}
