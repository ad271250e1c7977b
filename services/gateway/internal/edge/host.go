package edge

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// named refuses requests that were meant for another host. A server that only this
// machine reaches, and that asks for no credential, must not take the word of a page
// whose own name was made to lead here (DNS rebinding). No hosts take any.
func named(next http.Handler, hosts []string) http.Handler {
	if hosts == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ours(r.Host, hosts) {
			next.ServeHTTP(w, r)
			return
		}
		SetRoute(r.Context(), "misdirected")
		httperror.Write(w, r, errs.New(errs.InvalidArgument, httperror.MisdirectedRequest,
			"this server is reached by its address, by localhost, or by the host of --public-url"))
	})
}

// ours reports whether a Host header names an address, localhost or one of the
// hosts: none of them can be made to lead elsewhere.
func ours(header string, hosts []string) bool {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = header
	}
	host = strings.Trim(strings.ToLower(host), "[]")
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true // HTTP/1.0 sends none; a browser always does
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for _, known := range hosts {
		if strings.EqualFold(host, known) {
			return true
		}
	}
	return false
}
