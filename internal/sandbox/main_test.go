package sandbox

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	probe(os.Args[0])
	goleak.VerifyTestMain(m)
}
