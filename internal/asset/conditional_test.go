package asset

import "testing"

func TestMatches(t *testing.T) {
	const etag = `"abc"`
	for _, tt := range []struct {
		name, field string
		want        bool
	}{
		{"the tag", `"abc"`, true},
		{"another tag", `"abd"`, false},
		{"no header", ``, false},
		{"weakened by a proxy", `W/"abc"`, true},
		{"any", ` * `, true},
		{"last of a list", `"x", W/"y" ,	"abc"`, true},
		{"weak in a list without spaces", `"x",W/"abc","z"`, true},
		{"a list without it", `"x", "y"`, false},
		{"a comma within a tag", `"a,b", "abc"`, true},
		{"the tag within another", `"x,"abc`, false},
		{"not quoted", `abc`, false},
		{"not closed", `"abc`, false},
		{"empty elements", `, ,"abc"`, true},
		{"lower-case weakness", `w/"abc"`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := matches(tt.field, etag); got != tt.want {
				t.Errorf("matches(%s, %s) = %v", tt.field, etag, got)
			}
		})
	}
}
