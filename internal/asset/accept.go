package asset

import (
	"strconv"
	"strings"
)

// identity is the coding that changes nothing.
const identity = "identity"

// codings are what an Accept-Encoding header says: a weight by lower-case name.
type codings map[string]float64

// accept reads the header (RFC 9110 section 12.5.3). An element that cannot be
// read is as if it were not there.
func accept(header string) codings {
	c := make(codings)
	for element := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(element, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if q, ok := weight(parameters); ok && name != "" {
			c[name] = q
		}
	}
	return c
}

// weight is the q of an element, 1 where it has none.
func weight(parameters string) (float64, bool) {
	name, value, found := strings.Cut(parameters, "=")
	if strings.TrimSpace(parameters) == "" {
		return 1, true
	}
	if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 0, false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return q, err == nil && q >= 0 && q <= 1
}

// of is how much the client likes a coding; 0 is not at all. Identity that is
// not spoken of is liked, but less than whatever is.
func (c codings) of(coding string) float64 {
	if q, ok := c[coding]; ok {
		return q
	}
	if q, ok := c["*"]; ok && coding != identity {
		return q
	}
	return 0
}
