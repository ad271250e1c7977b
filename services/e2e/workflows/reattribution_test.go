package workflows_test

import (
	"net/url"
	"testing"
	"time"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func parseTime(text string) (time.Time, error) { return time.Parse(time.RFC3339Nano, text) }

// TestPutASpeakerRight: what a namesake said in an office before was credited to
// who holds it now. One call puts it right with the role of then; it is previewed,
// on record, and undone as one.
func TestPutASpeakerRight(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		const early = `speaker = "entities/ines-vidal" AND statement_time < "2020"`
		must.Equal(t, d.list(t, early), []string{"dredging", "tolls"})
		must.Equal(t, d.get(t, "tolls", "").GetSpeakers()[0].GetRole(), "") // she held no office then
		request := map[string]any{
			"filter": early, "fromEntity": "entities/ines-vidal", "toEntity": "entities/ignacio-vidal", "reason": "In 2015 it was Ignacio Vidal.",
		}

		// The preview writes nothing.
		preview := &statementsv1.Reattribution{}
		trial := map[string]any{"validateOnly": true}
		for key, value := range request {
			trial[key] = value
		}
		d.Post(t, "/v1/statements:reattribute", trial).Into(t, preview)
		must.Equal(t, preview.GetStatements(), []string{"statements/dredging", "statements/tolls"})
		must.Equal(t, len(d.list(t, early)), 2)

		// Applied: the role is that of the speaker at the time.
		done := &statementsv1.Reattribution{}
		d.Post(t, "/v1/statements:reattribute", request).Into(t, done)
		must.Equal(t, done.GetStatementCount(), int32(2))
		must.Equal(t, d.list(t, early), []string{})
		must.Equal(t, d.list(t, `speaker = "entities/ignacio-vidal" AND role = "Harbour master"`), []string{"dredging", "tolls"})
		must.Equal(t, d.counts(t), map[string]int32{"entities/ines-vidal": 4, "entities/ignacio-vidal": 2, "": 1})

		// The audit.
		audit := client.Read(t, d.API, "/v1/reattributions", &statementsv1.ListReattributionsResponse{}).GetReattributions()
		must.Equal(t, len(audit), 1)
		must.Equal(t, audit[0].GetReason(), "In 2015 it was Ignacio Vidal.")
		corrections := client.Read(t, d.API, "/v1/corrections?filter="+url.QueryEscape(`reattribution = "`+done.GetName()+`"`), &statementsv1.ListCorrectionsResponse{})
		must.Equal(t, len(corrections.GetCorrections()), 2)

		// Undone as one, once.
		undo := map[string]any{"reattribution": done.GetName(), "reason": "It was her after all."}
		d.Post(t, "/v1/statements:undoReattribution", undo).OK(t)
		must.Equal(t, d.list(t, early), []string{"dredging", "tolls"})
		must.Equal(t, d.counts(t), map[string]int32{"entities/ines-vidal": 6, "": 1})
		d.Post(t, "/v1/statements:undoReattribution", undo).Refused(t, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "ALREADY_UNDONE"})
	})
}

// counts are how many statements each speaker has.
func (d *desk) counts(t *testing.T) map[string]int32 {
	t.Helper()
	counted := client.Read(t, d.API, "/v1/statements:count?group_by=speaker", &statementsv1.CountStatementsResponse{})
	all := map[string]int32{}
	for _, group := range counted.GetGroups() {
		all[group.GetValue()] = group.GetCount()
	}
	return all
}
