package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// writeEditing writes the fields of a statement that an update may change, beyond
// the first ones: 22 to 30.
func writeEditing(e *snapshot.Encoder, r domain.Statement) {
	for _, name := range r.Topics {
		e.Item(22, name)
	}
	for _, link := range r.Links {
		snapshot.Put(e, 23, link, writeLink)
	}
	e.Text(24, r.Rank)
	e.Text(25, r.RankReason)
	for _, reference := range r.References {
		snapshot.Put(e, 26, reference, writeReference)
	}
	for _, qualifier := range r.Qualifiers {
		snapshot.Put(e, 27, qualifier, writeQualifier)
	}
	if r.Extraction != nil {
		snapshot.Put(e, 28, *r.Extraction, writeExtraction)
	}
}

func readEditing(d *snapshot.Decoder, r *domain.Statement) {
	switch d.Field {
	case 22:
		r.Topics = append(r.Topics, d.Text)
	case 23:
		r.Links = snapshot.GetMore(d, r.Links, readLink)
	case 24:
		r.Rank = d.Text
	case 25:
		r.RankReason = d.Text
	case 26:
		r.References = snapshot.GetMore(d, r.References, readReference)
	case 27:
		r.Qualifiers = snapshot.GetMore(d, r.Qualifiers, readQualifier)
	case 28:
		r.Extraction = snapshot.GetNew(d, readExtraction)
	default:
		d.Unknown()
	}
}

func writeLink(e *snapshot.Encoder, l domain.Link) {
	e.Text(1, l.Type)
	e.Text(2, l.Statement)
}

func readLink(d *snapshot.Decoder, l *domain.Link) {
	switch d.Field {
	case 1:
		l.Type = d.Text
	case 2:
		l.Statement = d.Text
	default:
		d.Unknown()
	}
}

func writeReference(e *snapshot.Encoder, r domain.Reference) {
	e.Text(1, r.Version)
	e.Text(2, r.URI)
	e.Text(3, r.Comment)
}

func readReference(d *snapshot.Decoder, r *domain.Reference) {
	switch d.Field {
	case 1:
		r.Version = d.Text
	case 2:
		r.URI = d.Text
	case 3:
		r.Comment = d.Text
	default:
		d.Unknown()
	}
}

func writeQualifier(e *snapshot.Encoder, q domain.Qualifier) {
	e.Text(1, q.Key)
	e.Number(2, int64(q.Kind))
	e.Text(3, q.Value)
}

func readQualifier(d *snapshot.Decoder, q *domain.Qualifier) {
	switch d.Field {
	case 1:
		q.Key = d.Text
	case 2:
		q.Kind = domain.QualifierKind(d.Number)
	case 3:
		q.Value = d.Text
	default:
		d.Unknown()
	}
}

func writeExtraction(e *snapshot.Encoder, x domain.Extraction) {
	e.Text(1, x.Method)
	e.Text(2, x.Tool)
	e.Text(3, x.ToolVersion)
	e.Text(4, x.Confidence)
	e.Text(5, x.Annotator)
	e.Text(6, x.ReviewState)
}

func readExtraction(d *snapshot.Decoder, x *domain.Extraction) {
	switch d.Field {
	case 1:
		x.Method = d.Text
	case 2:
		x.Tool = d.Text
	case 3:
		x.ToolVersion = d.Text
	case 4:
		x.Confidence = d.Text
	case 5:
		x.Annotator = d.Text
	case 6:
		x.ReviewState = d.Text
	default:
		d.Unknown()
	}
}
