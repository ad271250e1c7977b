package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ8JSONLDIsWholeOrRefused: a graph has no place to say that half of it is missing, so
// it is answered as with require=all.
func TestJ8JSONLDIsWholeOrRefused(t *testing.T) {
	w := newJoinedWorld(t)
	const path = "/v1/documents/d:read?format=jsonld"
	whole := w.get(t, path, time.Minute)
	must.Equal(t, whole.StatusCode, 200)
	must.Contains(t, whole.Body, `"@id":"figures/f"`)
	must.False(t, strings.Contains(whole.Header.Get("Link"), "require"), "%s", whole.Header.Get("Link"))
	w.metrics.ailment = down
	refused(t, w.get(t, path, time.Minute), 503, "SERVICE_UNAVAILABLE", "")
	refused(t, w.get(t, path+"&read_time=2025-01-01T00:00:00Z", time.Minute), 503, "SERVICE_UNAVAILABLE", "")
	must.Contains(t, w.get(t, "/v1/documents/d:read", time.Minute).Body, `"unavailable"`)
	w.metrics.ailment = late
	refused(t, w.get(t, path, time.Minute), 504, "SERVICE_TOO_SLOW", "")
}

// TestAPeriodThatIsNoneSaysWhy: the cause is in the metadata, whichever view reads it.
func TestAPeriodThatIsNoneSaysWhy(t *testing.T) {
	w := newJoinedWorld(t)
	for path, field := range map[string]string{
		"/v1/entities/ana:brief?period=2023-13": "period", "/v1/figures/f:compare?period=2023-13": "period", "/v1/figures/f:compare?as_of=2023-13": "asOf",
	} {
		f := refused(t, w.get(t, path, time.Minute), 400, "INVALID_PERIOD", field)
		must.Equal(t, f.Details[0].Metadata["cause"], "OUT_OF_RANGE")
	}
}

// TestRequireIsAllOrEmpty: the reason is one of the table.
func TestRequireIsAllOrEmpty(t *testing.T) {
	w := newJoinedWorld(t)
	f := refused(t, w.get(t, "/v1/documents/d:read?require=some", time.Minute), 400, "INVALID_REQUEST", "require")
	violation := f.Details[1].FieldViolations[0]
	must.Equal(t, []string{violation.Reason, violation.Description}, []string{"UNKNOWN_ENUM_VALUE", "must be all, or empty"})
}
