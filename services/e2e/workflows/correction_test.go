package workflows_test

import (
	"net/url"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// notice is what the paper printed when it corrected itself.
const notice = "Correction: an earlier version of this report named the wrong season.\n\n"

// TestHandleACorrection: a paper corrects its report. Every quotation is looked
// for in the new text, those that changed wait for an editor, the editor says
// what was wrong, and everybody who relied on it can see that.
func TestHandleACorrection(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		before := d.now(t)
		old := d.Get(t, "/v1/statements/quay?"+before).OK(t)
		corrected := notice + strings.NewReplacer("autumn", "spring", " “We keep what we promise.”", "").Replace(gazette)
		d.Post(t, "/v1/documents/gazette/versions", map[string]any{"text": corrected, "publishTime": map[string]any{"edtf": "2024-03-03"}}).OK(t)

		// The queue.
		anchored := func(state string) []string { return d.list(t, `latest_anchor.anchor_state = "`+state+`"`) }
		must.Equal(t, anchored("MOVED"), []string{"waits"})
		must.Equal(t, anchored("CHANGED"), []string{"quay"})
		must.Equal(t, anchored("ORPHANED"), []string{"promise"})
		changed := d.get(t, "quay", "").GetLatestAnchor()
		place := changed.GetSpans()[0]
		must.Equal(t, changed.GetDocumentVersion(), "documents/gazette/versions/2")
		must.Equal(t, string([]rune(corrected)[place.GetStart():place.GetEnd()]), "she had promised the shipping companies a new quay by spring")

		// What the statement says is corrected, and why is on record.
		tag := d.get(t, "quay", "").GetEtag()
		answer := &statementsv1.CorrectStatementResponse{}
		d.Post(t, "/v1/statements/quay:correct", map[string]any{
			"kind": "ERROR", "reason": "The paper named the wrong season.", "noticeText": strings.TrimSpace(notice), "noticeDocumentVersion": "documents/gazette/versions/2",
			"updateMask": "documentVersion,contents,text", "etag": tag,
			"statement": map[string]any{
				"documentVersion": "documents/gazette/versions/2",
				"contents":        []any{spanOf(fixture.Span(t, corrected, "she had promised the shipping companies a new quay by spring"))},
			},
		}).Into(t, answer)
		must.Contains(t, answer.GetStatement().GetText(), "by spring")
		must.NotEqual(t, answer.GetStatement().GetEtag(), tag)
		must.Equal(t, answer.GetCorrection().GetKind(), typev1.Correction_ERROR)
		must.Equal(t, d.list(t, `latest_anchor.anchor_state = "CHANGED"`), []string{})

		// What is printed no more is withdrawn; a tombstone says why.
		d.Do(t, client.Request{Method: "DELETE", Path: "/v1/statements/promise?reason=" + url.QueryEscape("The paper took it back.")}).OK(t).OK(t)
		d.Get(t, "/v1/statements/promise").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})

		// Listed for the document, for the statement, and with the statements.
		corrections := client.Read(t, d.API, "/v1/corrections?filter="+url.QueryEscape(`document = "documents/gazette"`), &statementsv1.ListCorrectionsResponse{})
		must.Equal(t, subjects(corrections.GetCorrections()), []string{"RETRACTION statements/promise", "ERROR statements/quay"})
		page := client.Read(t, d.API, "/v1/statements?include_corrections=true&filter="+url.QueryEscape(`document = "documents/gazette"`), &statementsv1.ListStatementsResponse{})
		must.Equal(t, subjects(page.GetCorrections()), []string{"ERROR statements/quay"})
		revisions := client.Read(t, d.API, "/v1/statements/quay/revisions", &statementsv1.ListStatementRevisionsResponse{}).GetStatementRevisions()
		must.Equal(t, revisions[0].GetTags(), []string{"correct"})
		diff := d.Get(t, "/v1/statements/quay/revisions/1:diff?to="+answer.GetStatement().GetRevisionId()).OK(t)
		must.Contains(t, string(diff.Body), `"field":"text"`)

		// Old links answer what was on record then, and who follows hears of it.
		must.Equal(t, string(d.Get(t, "/v1/statements/quay?"+before).OK(t).Body), string(old.Body))
		must.Equal(t, d.heard(t, before, 2), []string{"CREATED corrections ERROR statements/quay", "CREATED corrections RETRACTION statements/promise"})
	})
}

// spanOf is a span in JSON as curl would send it.
func spanOf(span *typev1.TextSpan) map[string]any {
	return map[string]any{"start": span.GetStart(), "end": span.GetEnd(), "exact": span.GetExact()}
}

func subjects(corrections []*typev1.Correction) []string {
	all := []string{}
	for _, correction := range corrections {
		all = append(all, correction.GetKind().String()+" "+correction.GetSubject())
	}
	return all
}

// heard are the first corrections that a watch tells of, from a time on.
func (d *desk) heard(t *testing.T, since string, count int) []string {
	t.Helper()
	at := must.Get(url.ParseQuery(since))(t).Get("read_time")
	stream := must.Get(statementsv1.NewChangeServiceClient(d.conn).Watch(t.Context(), &statementsv1.WatchRequest{StartTime: timestamp(t, at)}))(t)
	var all []string
	for len(all) < count {
		answer := must.Get(stream.Recv())(t)
		if correction := answer.GetChange().GetCorrection(); correction != nil {
			all = append(all, answer.GetChange().GetType().String()+" corrections "+correction.GetKind().String()+" "+correction.GetSubject())
		}
	}
	return all
}

func timestamp(t *testing.T, text string) *timestamppb.Timestamp {
	t.Helper()
	return timestamppb.New(must.Get(parseTime(text))(t))
}
