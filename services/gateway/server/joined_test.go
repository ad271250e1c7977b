package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// joinedViews are the joined views, and without which service each has nothing to say.
var joinedViews = []struct{ path, needed, whole, partial string }{
	{"/v1/documents/d:read", "statements", `"name":"figures/f"`, `"name":"statements/s"`},
	{"/v1/entities/ana:brief", "statements", `"name":"figures/f"`, `"name":"statements/s"`},
	{"/v1/figures/f:compare?as_of=2024", "metrics", `"statement":{"name":"statements/s"`, `"asOfBasis":"GIVEN"`},
	{"/v1/corrections", "", `corrections/m`, ``},
	{"/v1/corrections?include_propagations=true", "", `"metric":"metrics/m"`, ``},
}

// withQuery adds a parameter to a path.
func withQuery(path, parameter string) string {
	if strings.Contains(path, "?") {
		return path + "&" + parameter
	}
	return path + "?" + parameter
}

// TestJ8OneServiceDownIsSaid: the answer has what is known and names what is missing, nobody
// may keep it, and with require=all it is refused. What a view needs must be there.
func TestJ8OneServiceDownIsSaid(t *testing.T) {
	w := newJoinedWorld(t)
	services := map[string]*ill{"statements": &w.statements, "metrics": &w.metrics}
	for _, view := range joinedViews {
		whole := w.get(t, view.path, time.Minute)
		must.Equal(t, whole.StatusCode, 200)
		must.Contains(t, whole.Body, view.whole)
		must.False(t, strings.Contains(whole.Body, "unavailable"), whole.Body)
		for gone, service := range services {
			for wrong, reason := range map[ailment]string{down: "SERVICE_UNAVAILABLE", late: "SERVICE_TOO_SLOW"} {
				for _, after := range []int32{0, 1, 2} {
					t.Run(fmt.Sprint(view.path, gone, reason, after), func(t *testing.T) {
						if !service.lastsFor(t, w, view.path, after) {
							service.ailment, service.after = wrong, after
							w.lacks(t, service, view.path, view.needed, gone, reason)
							service.ailment = well
						}
						if after == 0 && view.needed != gone {
							service.ailment, service.after = wrong, 0
							must.Contains(t, w.get(t, view.path, time.Minute).Body, view.partial)
							service.ailment = well
						}
					})
				}
			}
		}
	}
}

// TestJ8AComparisonIsNotMadeAsOfAnotherTime: when a figure was said the statements service
// knows, and another time would give another vintage and perhaps another verdict.
func TestJ8AComparisonIsNotMadeAsOfAnotherTime(t *testing.T) {
	const path = "/v1/figures/f:compare"
	w := newJoinedWorld(t)
	must.Contains(t, w.get(t, path, time.Minute).Body, `"asOfBasis":"STATEMENT_TIME"`)
	for wrong, reason := range map[ailment]string{down: "SERVICE_UNAVAILABLE", late: "SERVICE_TOO_SLOW"} {
		for _, after := range []int32{0, 1} { // nobody is there at once, or before the statement is read
			w.statements.calls.Store(0)
			w.statements.ailment, w.statements.after = wrong, after
			code := map[string]int{"SERVICE_UNAVAILABLE": 503, "SERVICE_TOO_SLOW": 504}[reason]
			f := refused(t, w.get(t, path, time.Minute), code, reason, "")
			must.Equal(t, f.Details[0].Metadata["service"], "statements")
		}
	}
}

// lacks checks what a view answers without a service, at present and as of a time.
func (w *joinedWorld) lacks(t *testing.T, service *ill, path, needed, gone, reason string) {
	t.Helper()
	code := map[string]int{"SERVICE_UNAVAILABLE": 503, "SERVICE_TOO_SLOW": 504}[reason]
	get := func(path string) *reply {
		service.calls.Store(0)
		return w.get(t, path, time.Minute)
	}
	refused(t, get(withQuery(path, "require=all")), code, reason, "")
	for _, path := range []string{path, withQuery(path, "read_time=2025-01-01T00:00:00Z")} {
		answer := get(path)
		if needed == gone {
			f := refused(t, answer, code, reason, "")
			must.Equal(t, f.Details[0].Metadata["service"], gone)
			continue
		}
		must.Equal(t, answer.StatusCode, 200)
		must.Contains(t, answer.Body, `"unavailable":[{"service":"`+gone+`","reason":"`+reason+`"}]`)
		must.Equal(t, answer.Header.Get("Cache-Control"), "no-store")
	}
}

// lastsFor reports whether a view needs no more calls of the service than it is well for.
func (i *ill) lastsFor(t *testing.T, w *joinedWorld, path string, after int32) bool {
	t.Helper()
	wrong := i.ailment
	i.ailment = well
	defer func() { i.ailment = wrong }()
	i.calls.Store(0)
	must.Equal(t, w.get(t, path, time.Minute).StatusCode, 200)
	return i.calls.Load() <= after
}

// TestJ8BothServicesDown: nothing is known, and an empty answer would say that there is nothing.
func TestJ8BothServicesDown(t *testing.T) {
	w := newJoinedWorld(t)
	w.statements.ailment, w.metrics.ailment = down, down
	for _, view := range joinedViews {
		refused(t, w.get(t, view.path, time.Minute), 503, "SERVICE_UNAVAILABLE", "")
	}
	w.statements.ailment, w.metrics.ailment = late, late
	for _, view := range joinedViews {
		refused(t, w.get(t, view.path, time.Minute), 504, "SERVICE_TOO_SLOW", "")
	}
}

// TestJ8AServiceThatDoesNotAnswerIsWaitedForOnlySoLong: the other one still has time to finish
// the answer before the caller gives up, and nothing goes on waiting (goleak).
func TestJ8AServiceThatDoesNotAnswerIsWaitedForOnlySoLong(t *testing.T) {
	const patience = 4 * time.Second
	var all sync.WaitGroup
	replies := make([]map[string]*reply, len(joinedViews))
	for i, view := range joinedViews {
		replies[i] = map[string]*reply{}
		for _, gone := range []string{"statements", "metrics"} {
			w := newJoinedWorld(t)
			map[string]*ill{"statements": &w.statements, "metrics": &w.metrics}[gone].ailment = stuck
			r := &reply{}
			replies[i][gone] = r
			all.Go(func() { *r = *w.get(t, view.path, patience) })
		}
	}
	all.Wait()
	for i, view := range joinedViews {
		for gone, r := range replies[i] {
			if view.needed == gone {
				refused(t, r, 504, "SERVICE_TOO_SLOW", "")
			} else {
				must.Contains(t, r.Body, `"unavailable":[{"service":"`+gone+`","reason":"SERVICE_TOO_SLOW"}]`)
			}
		}
	}
}

// TestAServiceThatAnswersWronglyIsAFault: of the server, and not an outage that is waited for. What
// it did not say itself is not taken for what is on record.
func TestAServiceThatAnswersWronglyIsAFault(t *testing.T) {
	for _, wrong := range []ailment{lying, garbled, strange} {
		for _, gone := range []string{"statements", "metrics"} {
			for _, view := range joinedViews {
				w := newJoinedWorld(t)
				map[string]*ill{"statements": &w.statements, "metrics": &w.metrics}[gone].ailment = wrong
				must.Equal(t, w.get(t, view.path, time.Minute).StatusCode, 500)
			}
		}
	}
}

// TestAnotherResourceIsNeverAnswered: nor kept.
func TestAnotherResourceIsNeverAnswered(t *testing.T) {
	w := newJoinedWorld(t)
	w.statements.ailment, w.metrics.ailment = another, another
	for _, path := range []string{
		"/v1/documents/d:read", "/v1/documents/d:read?read_time=2025-01-01T00:00:00Z", "/v1/entities/ana:brief", "/v1/figures/f:compare?as_of=2024",
		"/v1/figures/f", "/v1/metrics/m", "/v1/entities/ana", "/v1/documents/d:cite",
	} {
		answer := w.get(t, path, time.Minute)
		must.Equal(t, answer.StatusCode, 500)
		must.Equal(t, answer.Header.Get("Cache-Control"), "no-store")
		must.False(t, strings.Contains(answer.Body, "other/one"), answer.Body)
	}
}

// TestAPageKeepsLeavingOutWhatWasUnavailable: pages of one answer are of one piece.
func TestAPageKeepsLeavingOutWhatWasUnavailable(t *testing.T) {
	type page struct {
		NextPageToken string
		Corrections   []struct{ Name string }
		Unavailable   []struct{ Service, Reason string }
	}
	read := func(w *joinedWorld, query string) (p page) {
		answer := w.get(t, "/v1/corrections?page_size=1"+query, time.Minute)
		must.Equal(t, answer.StatusCode, 200)
		must.OK(t, json.Unmarshal([]byte(answer.Body), &p))
		return p
	}
	w := newJoinedWorld(t)
	w.metrics.ailment = down
	first := read(w, "")
	must.Equal(t, first.Corrections[0].Name, "corrections/s")
	w.metrics.ailment = well
	second := read(w, "&page_token="+first.NextPageToken)
	must.Equal(t, second.Corrections[0].Name, "corrections/r")
	must.Equal(t, second.Unavailable, first.Unavailable)
	must.Equal(t, second.NextPageToken, "")
	must.Equal(t, len(read(w, "").Unavailable), 0)
	refused(t, w.get(t, "/v1/corrections?page_size=1&require=all&page_token="+first.NextPageToken, time.Minute), 400, "PAGE_TOKEN_MISMATCH", "pageToken")
}
