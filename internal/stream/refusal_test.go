package stream

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRefusalsAreLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		f := refusals{logger: slog.New(slog.NewTextHandler(&out, nil))}
		refuse := func(host, origin string) {
			r := httptest.NewRequest("GET", "/ws", nil)
			r.Host = host
			r.Header.Set("Origin", origin)
			f.log(r, errors.New("not served"))
		}
		lines := func() int { return strings.Count(out.String(), "\n") }
		for range 3 {
			refuse("a.example", "https://b.example")
		}
		for _, want := range []string{"host=a.example", "origin=https://b.example", "--url", "--hosts", "--origins"} {
			if lines() != 1 || !strings.Contains(out.String(), want) {
				t.Errorf("%d lines, lack %q:\n%s", lines(), want, out.String())
			}
		}
		refuse("a.example", "https://c.example")
		if lines() != 2 {
			t.Errorf("another kind: %d lines", lines())
		}
		for i := range 1000 {
			refuse(fmt.Sprintf("%d.%s", i, strings.Repeat("x", 1000)), "")
		}
		if lines() != maxRefusals || len(out.String()) > maxRefusals*1000 {
			t.Errorf("a flood: %d lines of %d bytes", lines(), out.Len())
		}
		time.Sleep(refusalPeriod + time.Second)
		refuse("a.example", "https://b.example")
		if lines() != maxRefusals+1 {
			t.Errorf("after the period: %d lines", lines())
		}
	})
}
