package record

import (
	"net/url"
	"time"

	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// ServeAt says where the pages of the record are reached: a function, because a gateway
// may know it only once it listens. It returns a URL without a slash at its end. Call it
// before the service is used; without it permalinks are relative.
func (s *Service) ServeAt(publicURL func() string) { s.publicURL = publicURL }

// permalink is the page of a resource as it stood at a time.
func (s *Service) permalink(name string, at time.Time) string {
	base := ""
	if s.publicURL != nil {
		base = s.publicURL()
	}
	return base + "/" + name + "?read_time=" + url.QueryEscape(at.UTC().Format(rpcserver.SettledLayout))
}
