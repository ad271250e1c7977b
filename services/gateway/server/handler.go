package server

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/onrecord/onrecord/gen/openapi"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/gateway/internal/rest"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Handler serves everything that the gateway has over HTTP:
//
//	/v1/…          REST
//	/openapi.json  its description, OpenAPI 3.1
//	/docs          the API reference
//	/healthz       the process runs
//	/readyz        the program is ready
//	anything else  the pages
func (s *Server) Handler() http.Handler {
	probes := s.readiness.Handler()
	return edge.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case under(path, "/v1"):
			s.rest.ServeHTTP(w, r)
		case path == "/healthz", path == "/readyz":
			edge.SetRoute(r.Context(), path)
			readOnly(probes).ServeHTTP(w, r)
		case path == "/openapi.json":
			edge.SetRoute(r.Context(), path)
			rest.AllowOrigins(w.Header())
			readOnly(http.HandlerFunc(serveOpenAPI)).ServeHTTP(w, r)
		case under(path, "/docs"):
			edge.SetRoute(r.Context(), "/docs")
			readOnly(s.reference).ServeHTTP(w, r)
		default:
			edge.SetRoute(r.Context(), "pages")
			readOnly(s.pages).ServeHTTP(w, r)
		}
	}), edge.Options{Log: s.log, Requests: s.requests, Tracer: s.tracer, Untraced: untraced, Kept: s.kept, Guard: s.guard, Open: open, Refuse: s.refusePage, Hosts: s.hosts()})
}

// under reports whether a path is root or below it.
func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// refusePage answers a browser that may not read with a page, not with a problem.
func (s *Server) refusePage(w http.ResponseWriter, r *http.Request, err error) bool {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !read || under(r.URL.Path, "/v1") || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	s.pages.Refuse(w, r, err)
	return true
}

// hosts are the names by which the server may be asked for, nil for any: whoever can
// reach it by the network, or must show a credential, says nothing by its name.
func (s *Server) hosts() []string {
	at := s.publicURL.found.Load()
	if s.guard != nil || at == nil {
		return nil
	}
	listens, err := url.Parse(*at)
	if err != nil {
		return nil
	}
	if loopback, err := config.Loopback(listens.Host); err != nil || !loopback {
		return nil
	}
	hosts := []string{}
	if given, err := url.Parse(s.publicURL.given); err == nil && given.Hostname() != "" {
		hosts = append(hosts, given.Hostname())
	}
	return hosts
}

// open reports whether a path answers no fact: who probes, or reads how to call, needs
// no credential.
func open(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/openapi.json" ||
		under(path, "/docs") || strings.HasPrefix(path, "/static/")
}

// untraced reports whether requests for a path have no span: probes, and those for what
// pages are made of, come often and tell nothing.
func untraced(path string) bool {
	return path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, "/static/")
}

func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openapi.JSON) // the client is gone: nothing to do
}

// readOnly answers what is not a read with 405. HEAD comes as GET.
func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const allow = "GET, HEAD, OPTIONS"
		switch r.Method {
		case http.MethodGet:
			next.ServeHTTP(w, r)
		case http.MethodOptions:
			w.Header().Set("Allow", allow)
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Allow", allow)
			httperror.Write(w, r, errs.New(errs.Unimplemented, httperror.MethodNotAllowed, "this path takes %s", allow))
		}
	})
}
