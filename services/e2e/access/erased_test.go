package access_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// erasedWords are words of the document that TestWhatIsErasedIsAnsweredNowhere erases, and of
// what was said of it and its figures.
var erasedWords = regexp.MustCompile(`(?i)zyzzyva|quokka|in 2031\.|goods worth`)

// TestWhatIsErasedIsAnsweredNowhere: neither now nor as of an earlier time, to nobody, whether
// it was asked for before or not; nor to who follows the changes from before it. What figures
// say stays, without the words of the document.
func TestWhatIsErasedIsAnsweredNowhere(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api := over("http://"+server.HTTP, nil)
	began := time.Now().Add(-time.Hour)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)))
	whole := &gatewayv1.IngestDocumentRequest{}
	must.OK(t, protojson.Unmarshal([]byte(sealed(t, "sealed", time.Now())), whole))
	whole.Document.EmbargoEndTime = nil
	whole.Figures[0].Comment = "quokka"
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(whole))(t)))
	correction := must.Get(protojson.Marshal(&metricsv1.CorrectFigureRequest{
		Kind: typev1.Correction_ERROR, Reason: "quokka", UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"time_period"}},
		Figure: &metricsv1.Figure{TimePeriod: &typev1.TimePeriod{Edtf: "2030"}},
	}))(t)
	at := api.done(t, k.editor, "POST", "/v1/figures/sealed-number:correct", string(correction)).settled(t)
	stream := watch(t, api, "")
	stream.until("event: heartbeat")

	var wordy []string // the addresses of answers with the words, now and as of now
	for _, address := range readers(t) {
		if !tellsErased(t, api, "", address) {
			continue
		}
		wordy = append(wordy, address)
		if strings.HasPrefix(address, "/v1/") {
			sign := "?"
			if strings.Contains(address, "?") {
				sign = "&"
			}
			if asOf := address + sign + "read_time=" + url.QueryEscape(at.Format(time.RFC3339Nano)); tellsErased(t, api, "", asOf) {
				wordy = append(wordy, asOf)
			}
		}
	}
	must.True(t, len(wordy) > 50, "only %d answers have the words", len(wordy))
	api.done(t, k.admin, "POST", "/v1/documents/sealed-note:erase", `{"cascade":true,"reason":"article 17"}`)
	stream.until("event: ERASED")
	for _, key := range []string{"", k.admin} {
		for _, address := range wordy {
			must.False(t, tellsErased(t, api, key, address), "GET %s has words that were erased", address)
		}
		must.Equal(t, erasedWords.FindString(heard(t, api, key, began)), "")
	}
	var figure struct{ Value any }
	must.OK(t, json.Unmarshal(api.done(t, "", "GET", "/v1/figures/sealed-number", "").body, &figure))
	must.Equal(t, figure.Value, any(map[string]any{"value": "731"}))
	must.Equal(t, api.ask(t, k.admin, "POST", "/v1/documents/sealed-note:erase", `{"reason":"again"}`).code, http.StatusGone)
}

// tellsErased reports whether an answer has the words, beside those that it was asked for.
func tellsErased(t *testing.T, api *callers, key, address string) bool {
	t.Helper()
	body := api.ask(t, key, "GET", address, "").said(t)
	if strings.Contains(address, "quokka") {
		body = regexp.MustCompile(`(?i)quokka`).ReplaceAllString(body, "")
	}
	return erasedWords.MatchString(body)
}
