package pages

import (
	"sync"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// since is the time from which a page has to be told what changes: it has everything that was
// recorded up to it. That is the time before its first read, or what its services were certain
// of if that is earlier: their clocks may be behind, and later they would refuse to start.
type since struct {
	mu sync.Mutex
	at time.Time
}

// readBy notes the settled time of an answer that the page shows.
func (s *since) readBy(header metadata.MD) {
	at := settled(header)
	if s == nil || at == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := at.AsTime(); t.Before(s.at) {
		s.at = t
	}
}

// String is the time as /v1/changes takes it.
func (s *since) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at.UTC().Format(rpcserver.SettledLayout)
}
