package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"github.com/labstack/echo/v4"

	"playground/internal/admit"
	"playground/internal/option"
)

// proxyFlags say who may tell us whom a request comes from.
type proxyFlags struct {
	TrustProxy []option.ProxyRange `name:"trust-proxy" placeholder:"CIDR,..." env:"PLAYGROUND_TRUST_PROXY" help:"Addresses of reverse proxies, such as 10.0.0.0/8, whose X-Forwarded-For is believed; unix for those that come by the socket file. Without it, all readers behind a proxy share what one client may have (${env})."`
}

// byFile is the address that stands for a proxy that comes by the socket file.
const byFile = "127.0.0.1:0"

// extractor finds the address that a request comes from: the last in
// X-Forwarded-For that is no trusted proxy, if a trusted proxy sends it, and else
// whoever connects: a header can claim anything.
func (f proxyFlags) extractor() echo.IPExtractor {
	if len(f.TrustProxy) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLinkLocal(false), echo.TrustPrivateNet(false), echo.TrustLoopback(false)}
	unix := false
	for _, r := range f.TrustProxy {
		if r.Unix {
			unix = true
			continue
		}
		_, ipNet, err := net.ParseCIDR(r.Prefix.String())
		if err == nil { // as it was parsed before
			trust = append(trust, echo.TrustIPRange(ipNet))
		}
	}
	extract := echo.ExtractIPFromXFFHeader(trust...)
	if !unix {
		return extract
	}
	file := echo.ExtractIPFromXFFHeader(append(trust, echo.TrustLoopback(true))...)
	return func(r *http.Request) string {
		if _, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			return extract(r)
		}
		through := *r
		through.RemoteAddr = byFile
		return file(&through)
	}
}

// client names whom a request comes from, for the bounds of each client.
func (f proxyFlags) client() func(*http.Request) string {
	extract := f.extractor()
	return func(r *http.Request) string { return admit.ClientOf(extract(r)) }
}

// trusts reports whether connections from there are a proxy's.
func (f proxyFlags) trusts(from net.Addr) bool {
	at, err := netip.ParseAddrPort(from.String())
	return slices.ContainsFunc(f.TrustProxy, func(r option.ProxyRange) bool {
		return r.Unix && err != nil || !r.Unix && r.Prefix.Contains(at.Addr().Unmap())
	})
}
