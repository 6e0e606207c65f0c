package asset

import "strings"

// matches reports whether a validator in field, the value of an If-None-Match
// header, is etag (RFC 9110 section 13.1.2): a list of tags, or *. Tags are
// compared weakly, because a proxy that compresses makes them weak.
func matches(field, etag string) bool {
	if strings.TrimSpace(field) == "*" {
		return true
	}
	for rest := field; ; {
		var tag string
		var ok bool
		if tag, rest, ok = cutTag(rest); !ok {
			return false
		}
		if tag == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
}

// cutTag takes the first tag off list, without its mark of weakness. A tag is
// quoted and may contain commas.
func cutTag(list string) (tag, rest string, ok bool) {
	list = strings.TrimLeft(list, " \t,")
	list = strings.TrimPrefix(list, "W/")
	if !strings.HasPrefix(list, `"`) {
		return "", "", false
	}
	end := strings.IndexByte(list[1:], '"')
	if end < 0 {
		return "", "", false
	}
	return list[:end+2], list[end+2:], true
}
