package pages

import (
	"context"
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// correctionsPage is how many corrections of one thing a page shows.
const correctionsPage = 50

// correctionView is why something changed after it was put on record.
type correctionView struct {
	Kind, Meaning, Reason, Caller string
	Recorded                      *moment
	// Notice is what the publisher printed about it, NoticeIn where.
	Notice   string
	NoticeIn *link
	// Changes are the fields that it changed, where a page shows them; MoreChanges says
	// that there are more.
	Changes     []changeView
	MoreChanges bool
	of          *typev1.Correction
}

var correctionKinds = map[typev1.Correction_Kind][2]string{
	typev1.Correction_RETRACTION:    {"Withdrawn", ""},
	typev1.Correction_ERROR:         {"Corrected", "it was wrong, and is put right"},
	typev1.Correction_UPDATE:        {"Updated", "it was right, and the world has moved on"},
	typev1.Correction_CLARIFICATION: {"Clarified", "it was right, and could be misunderstood"},
	typev1.Correction_KILL:          {"Killed", "its publisher demands that it be used no more"},
}

func newCorrection(c *typev1.Correction) correctionView {
	kind, ok := correctionKinds[c.GetKind()]
	if !ok {
		kind[0] = "Changed"
	}
	v := correctionView{
		Kind: kind[0], Meaning: kind[1], Reason: c.GetReason(), Caller: c.GetCaller(), Recorded: newMoment(c.GetRecordTime()), Notice: c.GetNoticeText(),
		of: c,
	}
	if version := c.GetNoticeDocumentVersion(); version != "" {
		v.NoticeIn = &link{Href: pagePath(version), Text: "version " + idOf(version)}
	}
	return v
}

// correctionList is what a page shows of the corrections of one thing, the newest first.
type correctionList = beginning[correctionView]

// newCorrectionList makes the list of an answer: its rows and the token of the next
// page, or the error.
func newCorrectionList(rows []*typev1.Correction, next string, err error) correctionList {
	if err != nil {
		return correctionList{Missing: "The corrections could not be read."}
	}
	l := correctionList{More: next != ""}
	for _, c := range rows {
		l.Rows = append(l.Rows, newCorrection(c))
	}
	return l
}

// correctionsOf reads the corrections of one resource.
func (e *explorer) correctionsOf(ctx context.Context, subject string) correctionList {
	got, err := e.Corrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{
		PageSize: correctionsPage, Filter: "subject = " + quoted(subject), ReadTime: readingOf(ctx).time,
	})
	return e.changesIn(ctx, newCorrectionList(got.GetCorrections(), got.GetNextPageToken(), err))
}

// changesIn adds to a list what its corrections changed.
func (e *explorer) changesIn(ctx context.Context, l correctionList) correctionList {
	e.addChanges(ctx, each(l.Rows, func(row *correctionView) *correctionView { return row }))
	return l
}

// each are the corrections of rows that hold one each.
func each[T any](rows []T, of func(*T) *correctionView) []*correctionView {
	out := make([]*correctionView, len(rows))
	for i := range rows {
		out[i] = of(&rows[i])
	}
	return out
}

// correctionsOn reads the corrections of a document and of the statements and figures that
// stand on it, by name: the newest maxPage. What is older is on their own pages.
func (e *explorer) correctionsOn(ctx context.Context, document string) (by map[string][]correctionView, own correctionList) {
	got, err := e.Record.ListCorrections(ctx, &gatewayv1.ListCorrectionsRequest{
		PageSize: maxPage, Filter: "document = " + quoted(document), ReadTime: readingOf(ctx).time,
	})
	if err != nil {
		return nil, newCorrectionList(nil, "", err)
	}
	by = bySubject(got.GetCorrections())
	own.Rows, own.Missing = by[document], missingCorrections(got.GetUnavailable())
	if len(own.Rows) > correctionsPage {
		own.Rows, own.More = own.Rows[:correctionsPage], true
	}
	return by, own
}

// missingCorrections says of which services the corrections are missing, "" for none.
func missingCorrections(services []*gatewayv1.Unavailable) string {
	if len(services) == 0 {
		return ""
	}
	return "Corrections of the " + strings.Join(silent(services), " and ") + " service could not be read: they are missing here."
}

// bySubject sorts corrections by what they correct.
func bySubject(corrections []*typev1.Correction) map[string][]correctionView {
	by := map[string][]correctionView{}
	for _, c := range corrections {
		by[c.GetSubject()] = append(by[c.GetSubject()], newCorrection(c))
	}
	return by
}
