package domain

import (
	"cmp"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// CorrectionType is the type of corrections, as errors name it.
const CorrectionType = "onrecord.dev/Correction"

// Kinds of corrections: the short names of the proto enum. Killed is made by the statements service alone.
const (
	Withdrawn = "RETRACTION"
	Mended    = "ERROR"
	Updated   = "UPDATE"
	Clarified = "CLARIFICATION"
	Killed    = "KILL"
)

// correctionKinds are all of them.
var correctionKinds = []string{Withdrawn, Mended, Updated, Clarified, Killed}

// Correction is why a figure or a metric changed after it was put on record. It never changes.
type Correction struct {
	ID string
	// Recorded is the record time.
	Recorded recordtime.Time
	Kind     string
	// Subject is the name of what was corrected; Document that of the document that prints it, "" if none does.
	Subject, Document string
	Reason, Caller    string
	// PreviousRevision is the last one before the correction, NewRevision the one that it made.
	PreviousRevision, NewRevision int64
	// Restricted says that only editors read it: the subject was restricted before or after it.
	Restricted bool
	// NoticeText is what the publisher printed about it, NoticeVersion the name of the document version that prints it.
	NoticeText, NoticeVersion string
}

// Name returns the resource name.
func (c Correction) Name() string { return CorrectionName.Format(c.ID) }

// NoticeOn says whether a document, by id, prints the notice.
func (c Correction) NoticeOn(document string) bool {
	return c.NoticeText != "" && DocumentOf(c.NoticeVersion) == document
}

// OrderKey returns what a correction is ordered by in a field of CorrectionFields, as a page token holds it.
func (c Correction) OrderKey(field string) any {
	if field == "record_time" {
		return int64(c.Recorded)
	}
	return c.ID
}

// Correction is the one that withdrew a resource, by its name; found is false while the resource stands. One without an id is of before
// corrections were kept.
func (m Meta) Correction(name string) (correction Correction, found bool) {
	why := m.Retraction
	if why == nil {
		return Correction{}, false
	}
	return Correction{
		ID: why.Correction, Recorded: m.UpdateTime, Kind: cmp.Or(why.Kind, Withdrawn), Subject: name, Document: why.Document,
		Reason: why.Reason, Caller: why.Caller, PreviousRevision: m.Revision - 1, NewRevision: m.Revision,
	}, true
}

// CorrectionName is the pattern of the names of corrections, FigureRevisionName of those of revisions of figures.
var (
	CorrectionName     = resource.Name("corrections", "{correction}")
	FigureRevisionName = resource.Name("figures", "{figure}", "revisions", "{revision}")
)

// FigureRevisionType is the type of revisions of figures, as errors name it.
const FigureRevisionType = "onrecord.dev/FigureRevision"

// CorrectionFields are what ListCorrections filters by. The newest come first. A field and a subject that only the statements service has
// are known here and match nothing, so that one filter can be asked of both services.
var CorrectionFields = listquery.Schema{
	ID: nameField, DefaultOrder: "record_time desc",
	Fields: []listquery.Field{
		{Name: "subject", Kind: listquery.String, Ops: nameOps, Normalize: subjectName},
		{Name: "document", Kind: listquery.String, Ops: nameOps, Normalize: wellFormed(DocumentName)},
		{Name: "reattribution", Kind: listquery.String, Ops: nameOps, Normalize: wellFormed(reattributionName)},
		{Name: "kind", Kind: listquery.Enum, Enum: correctionKinds},
		{Name: "record_time", Kind: listquery.Time, Sortable: true},
	},
}

// nameField is the field by which rows of one order key are ordered.
const nameField = "name"

// subjects are the patterns of the names of whatever can be corrected, in either service.
var subjects = append([]resource.Pattern{FigureName, MetricName, DocumentName, resource.Name("statements", "{statement}", "reviews", "{review}")}, claimants...)

var reattributionName = resource.Name("reattributions", "{reattribution}")

// subjectName accepts the name of whatever can be corrected.
func subjectName(name string) (string, error) { return name, resource.CheckAny(name, subjects...) }

// wellFormed accepts names of a pattern.
func wellFormed(pattern resource.Pattern) func(string) (string, error) {
	return func(name string) (string, error) {
		_, err := pattern.Parse(name)
		return name, err
	}
}
