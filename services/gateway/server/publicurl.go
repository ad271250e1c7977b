package server

import (
	"errors"
	"net/url"
	"strings"
	"sync/atomic"
)

// Shared are settings of the gateway that every program with a gateway in it has.
type Shared struct {
	PublicURL string `name:"public-url" placeholder:"URL" help:"Where readers reach the gateway, such as https://record.example.org: permalinks, citations and JSON-LD begin with it. By default http:// and the address of the HTTP listener."`

	MaxWatchers int `name:"max-watchers" default:"4000" help:"How many may follow the changes of the record (GET /v1/changes, ChangeService.Watch) at a time."`
}

// Validate refuses a URL that permalinks cannot begin with, and a limit that is none.
func (s Shared) Validate() error {
	if s.MaxWatchers < 0 {
		return errors.New("--max-watchers must be 1 or more; 0 is the default")
	}
	if s.PublicURL == "" {
		return nil
	}
	at, err := url.Parse(s.PublicURL)
	if err != nil || (at.Scheme != "http" && at.Scheme != "https") || at.Host == "" {
		return errors.New("--public-url must be an absolute http or https URL, such as https://record.example.org")
	}
	if at.User != nil || at.RawQuery != "" || at.ForceQuery || at.Fragment != "" || strings.Contains(s.PublicURL, "#") {
		return errors.New("--public-url must not have a user, a query or a fragment: permalinks add their own")
	}
	return nil
}

// publicURL is where the gateway is reached: as it is told, or else where it listens.
type publicURL struct {
	given string
	found atomic.Pointer[string]
}

// unknownURL is for a gateway that listens nowhere yet and was told nothing.
const unknownURL = "http://127.0.0.1:8080"

func newPublicURL(given string) *publicURL {
	return &publicURL{given: strings.TrimRight(given, "/")}
}

// get returns the URL without a slash at its end.
func (p *publicURL) get() string {
	if p.given != "" {
		return p.given
	}
	if found := p.found.Load(); found != nil {
		return *found
	}
	return unknownURL
}

// UseURL says where the gateway listens, such as http://127.0.0.1:8080, once that is
// known. Permalinks begin with it unless Config has a PublicURL.
func (s *Server) UseURL(at string) {
	at = strings.TrimRight(at, "/")
	s.publicURL.found.Store(&at)
}
