package changes_test

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// watchers is how many streams one gateway holds at a time.
const watchers = 2000

// TestTwoThousandStreams: one gateway holds them, each hears of a change, and a change
// costs the services no more for it. What a stream takes is printed.
func TestTwoThousandStreams(t *testing.T) {
	one := stack.StartAllInOne(t, t.TempDir())
	follow(t, one.HTTP, "", "").untilHeartbeat() // the hub is there
	before := resident(t, one.Admin)
	streams := make([]*stream, watchers)
	for i := range streams {
		streams[i] = follow(t, one.HTTP, "", "")
		must.Equal(t, len(streams[i].untilHeartbeat()), 0)
	}
	after := resident(t, one.Admin)
	t.Logf("%d streams: %d KiB each, %d MiB in all", watchers, (after-before)/watchers>>10, (after-before)>>20)
	figure(t, client.New(one.HTTP), "steel")
	var all sync.WaitGroup
	got := make([][]string, watchers)
	for i, s := range streams {
		all.Go(func() { got[i] = s.heard(2) })
	}
	all.Wait()
	for _, names := range got {
		must.Equal(t, names, []string{"CREATED metrics/steel", "CREATED figures/steel"})
	}
}

// heard is changes for goroutines of a test: it ends with the stream.
func (s *stream) heard(count int) (out []string) {
	for len(out) < count {
		name, answer, ended := s.next()
		if ended {
			return out
		}
		if name != "heartbeat" {
			out = append(out, name+" "+answer.GetStatements().GetName()+answer.GetMetrics().GetName())
		}
	}
	return out
}

var residentBytes = regexp.MustCompile(`(?m)^process_resident_memory_bytes (\S+)$`)

// resident is the memory of a process, in bytes.
func resident(t *testing.T, admin string) int {
	t.Helper()
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, stack.URL(admin)+"/metrics", nil))(t)
	answer, err := http.DefaultClient.Do(request)
	must.OK(t, err)
	defer answer.Body.Close()
	text := string(must.Get(io.ReadAll(answer.Body))(t))
	found := residentBytes.FindStringSubmatch(text)
	must.True(t, found != nil, "telemetry does not say how much memory the process has")
	return int(must.Get(strconv.ParseFloat(found[1], 64))(t))
}
