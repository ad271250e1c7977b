package pages_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// corrected is the example with a figure and a statement that were corrected.
func corrected() *record {
	r := example()
	r.corrections = []*typev1.Correction{
		{Name: "corrections/c", Kind: typev1.Correction_ERROR, Subject: "figures/total", Document: "documents/note", Reason: "misread", PreviousRevision: "1", NewRevision: "2"},
		{Name: "corrections/d", Kind: typev1.Correction_ERROR, Subject: "statements/quote", Document: "documents/note", Reason: "another spoke", PreviousRevision: "1", NewRevision: "2"},
	}
	r.changes = map[string][2]string{
		"normalized.value": {"859000000000", "860000000000"}, "metric": {"metrics/other", "metrics/trade"}, "speakers[0].entity": {"entities/nobody", "entities/speaker"},
		"base_period": {"", `{"period":"2021","zone":{"utcOffset":120}}`}, "speakers[0].role_from_membership": {"", "true"},
		"restricted": {"", "true"}, "delete_time": {"", "2023-11-20T00:00:00Z"}, "retraction": {"", `{"caller":"desk"}`},
	}
	before := proto.CloneOf(r.figures[0])
	before.Value, before.Normalized = number("859"), &metricsv1.Normalized{Value: number("859000000000"), Unit: usd()}
	r.revised = map[string]*metricsv1.Figure{"figures/total/revisions/1": before, "figures/total/revisions/2": r.figures[0]}
	return r
}

// TestACorrectionShowsWhatItChanged: wherever it is listed, as people read it, and
// not what the service said by itself.
func TestACorrectionShowsWhatItChanged(t *testing.T) {
	h := explorer(t, corrected())
	for _, target := range []string{"/", "/corrections", "/figures/total"} {
		a := get(t, h, target)
		text := textOf(byID(a.root, "main"))
		must.True(t, strings.Contains(text, "859,000,000,000 USD →became 860,000,000,000 USD"), "%s: %s", target, text)
		if target != "/" { // which shows the first changes only
			must.True(t, strings.Contains(text, "base periodnothing →became period 2021, zone utc offset 120"), "%s: %s", target, text)
		}
		for _, own := range []string{"normalized", "restricted", "delete time", "retraction", "desk", "from membership", "{"} {
			must.False(t, strings.Contains(text, own), "%s: %s", target, own)
		}
		checkDocument(t, target, a)
	}
	a := get(t, h, "/statements/quote")
	must.Contains(t, textOf(byID(a.root, "corrections")), "speakers 1, entitynobody →became The Speaker")
	must.Contains(t, a.body, `<a href="/entities/speaker"><bdi>The Speaker</bdi></a>`)
}

// TestACorrectedHedgeIsAChange, though the number is the same.
func TestACorrectedHedgeIsAChange(t *testing.T) {
	r := corrected()
	r.changes = map[string][2]string{"approximator": {"NEARLY", "UNDER"}}
	before, after := proto.CloneOf(r.figures[1]), proto.CloneOf(r.figures[1])
	after.Approximator = metricsv1.Figure_UNDER
	r.revised = map[string]*metricsv1.Figure{"figures/total/revisions/1": before, "figures/total/revisions/2": after}
	shows(t, byID(get(t, explorer(t, r), "/figures/total").root, "corrections"), "approximatorNEARLY →became UNDER")
}

// TestWhatWasErasedChangedNothing: its words are gone, and the page says the rest.
func TestWhatWasErasedChangedNothing(t *testing.T) {
	r := corrected()
	r.revised = nil
	a := get(t, explorer(t, r), "/figures/total")
	must.Equal(t, a.code, 200)
	must.Contains(t, a.body, "misread")
	must.False(t, strings.Contains(a.body, "became"))
}

// TestTheFirstPageNamesWhatWasCorrected: by the metric, the key, the period and the value.
func TestTheFirstPageNamesWhatWasCorrected(t *testing.T) {
	a := get(t, explorer(t, corrected()), "/")
	must.Contains(t, a.body, `<a href="/figures/total"><bdi>Trade between two countries (US), 2022: 860,000,000,000 USD</bdi></a>`)
}

// TestAStatementListsTheFiguresInIt: and says so when they cannot be had.
func TestAStatementListsTheFiguresInIt(t *testing.T) {
	r := example()
	h := explorer(t, r)
	a := get(t, h, "/statements/quote")
	must.Contains(t, a.body, `<dt>Figures in it</dt><dd><a href="/figures/total"><bdi>860,000,000,000 USD (Trade between two countries)</bdi></a></dd>`)
	r.read.Facts = r.read.GetFacts()[:1]
	r.read.Facts[0].Figures, r.read.Unavailable = nil, []*gatewayv1.Unavailable{{Service: "metrics"}}
	must.Contains(t, get(t, h, "/statements/quote").body, "Figures cannot be read at the moment")
}
