package option

import (
	"fmt"
	"strconv"
	"strings"
)

// ByteSize is a number of bytes, written as 4096, 64KiB or 128MiB.
type ByteSize int64

var units = []struct {
	suffix string
	bytes  int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *ByteSize) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 1 || n > (1<<40)/u.bytes {
			break
		}
		*b = ByteSize(n * u.bytes)
		return nil
	}
	return fmt.Errorf("%q is not a size; write bytes, or a whole number of KiB, MiB or GiB, such as 128MiB", s)
}

// MarshalText implements encoding.TextMarshaler: the size as it is read.
func (b ByteSize) MarshalText() ([]byte, error) {
	return []byte(strings.TrimSuffix(strings.ReplaceAll(b.String(), " ", ""), "bytes")), nil
}

// String is the size in the largest unit that divides it.
func (b ByteSize) String() string {
	for i := 2; i >= 0; i-- {
		if u := units[i]; int64(b)%u.bytes == 0 && b > 0 {
			return fmt.Sprintf("%d %s", int64(b)/u.bytes, u.suffix)
		}
	}
	return fmt.Sprintf("%d bytes", int64(b))
}

// Count is a number of things, or auto for as many as suits the machine. Its
// zero value is auto, and none is negative, as the packages below have it.
type Count int

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *Count) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "auto" {
		*c = 0
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no number of things; write 0 or more, or auto", s)
	}
	*c = Count(n)
	if n == 0 {
		*c = -1
	}
	return nil
}

// String is the number, or auto.
func (c Count) String() string {
	if c == 0 {
		return "auto"
	}
	return strconv.Itoa(max(int(c), 0))
}
