package domain

import (
	"cmp"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// CorrectionType is the type of corrections, as errors name it.
const CorrectionType = "onrecord.dev/Correction"

// Kinds of corrections: the short names of the proto enum.
const (
	Retracted = "RETRACTION"
	Corrected = "ERROR"
	Updated   = "UPDATE"
	Clarified = "CLARIFICATION"
	Killed    = "KILL"
)

// CorrectionKinds are all of them.
var CorrectionKinds = []string{Retracted, Corrected, Updated, Clarified, Killed}

// Correction is why a resource changed after it was put on record. It never
// changes, but that erasure takes its words.
type Correction struct {
	ID string
	// Recorded is the record time.
	Recorded recordtime.Time
	Kind     string
	// Subject is the name of what was corrected; Document the one that prints it,
	// or the subject itself; Reattribution the one that it is part of. Each is a name.
	Subject, Document, Reattribution string
	Reason, Caller                   string
	// PreviousRevision is the last one before the correction, NewRevision the one
	// that it made: 0 if it made none.
	PreviousRevision, NewRevision int64
	// NoticeText is what the publisher printed about it, NoticeVersion the name of
	// the document version that prints it.
	NoticeText, NoticeVersion string
	// Restricted says that only editors and admins read it: its subject was restricted.
	Restricted bool
}

// Name is the resource name.
func (c Correction) Name() string { return CorrectionName(c.ID) }

// OrderKey is the value of a field that corrections are ordered by.
func (c Correction) OrderKey(field string) any {
	if field == "record_time" {
		return int64(c.Recorded)
	}
	return c.ID
}

// Correction is the one that withdrew a resource, by its name; found is false while
// the resource stands. One without an id is of before corrections were kept.
func (r Record) Correction(name string) (correction Correction, found bool) {
	why := r.Retraction
	if why == nil {
		return Correction{}, false
	}
	made := cmp.Or(why.Revision, r.Revision)
	return Correction{
		ID: why.Correction, Recorded: r.Deleted, Kind: cmp.Or(why.Kind, Retracted), Subject: name, Document: why.Document,
		Reason: why.Reason, Caller: why.Caller, NoticeText: why.NoticeText, NoticeVersion: why.NoticeVersion,
		PreviousRevision: made - 1, NewRevision: made, Restricted: r.Restricted,
	}, true
}

var correctionPattern = resource.Name("corrections", "{correction}")

// CorrectionName is the name of a correction.
func CorrectionName(id string) string { return "corrections/" + id }

// ParseCorrection returns the id in the name of a correction.
func ParseCorrection(name string) (id string, err error) { return one(correctionPattern, name) }

// CorrectionFields are what ListCorrections filters by. The newest come first.
var CorrectionFields = listquery.Schema{
	ID: "name", DefaultOrder: "record_time desc",
	Fields: []listquery.Field{
		{Name: "subject", Kind: listquery.String, Ops: nameOps, Normalize: subjectName},
		name("document", ParseDocument),
		{Name: "reattribution", Kind: listquery.String, Ops: nameOps, Normalize: wellFormed(ParseReattribution)},
		{Name: "kind", Kind: listquery.Enum, Enum: CorrectionKinds},
		{Name: "record_time", Kind: listquery.Time, Sortable: true},
	},
}

// subjects are the names of whatever can be corrected, in either service: what the metrics
// service corrects matches nothing here, so that one filter can be asked of both.
var subjects = []resource.Pattern{
	statementPattern, documentPattern, entityPattern, reviewPattern, resource.Name("figures", "{figure}"), resource.Name("metrics", "{metric}"),
}

// subjectName accepts the name of whatever can be corrected.
func subjectName(name string) (string, error) { return name, resource.CheckAny(name, subjects...) }
