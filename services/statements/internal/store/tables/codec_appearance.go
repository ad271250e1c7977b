package tables

import (
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// writeTimes writes when a version was published, as field, and fetched, as the
// one after.
func writeTimes(e *snapshot.Encoder, field int, published domain.Period, fetched time.Time) {
	if published != (domain.Period{}) {
		snapshot.Put(e, field, published, writePeriod)
	}
	if !fetched.IsZero() {
		snapshot.Put(e, field+1, fetched, writeInstant)
	}
}

func writeAppearance(e *snapshot.Encoder, a domain.Appearance) {
	e.Text(1, a.Statement)
	e.Text(2, a.Document)
	e.Number(3, a.Version)
	for _, span := range a.Contents {
		snapshot.Put(e, 4, span, writeSpan)
	}
	if a.Cue != nil {
		snapshot.Put(e, 5, *a.Cue, writeSpan)
	}
	for _, span := range a.SourceMentions {
		snapshot.Put(e, 6, span, writeSpan)
	}
	writeTimes(e, 7, a.PublishTime, a.AccessTime)
	if a.LatestAnchor != nil {
		snapshot.Put(e, 9, *a.LatestAnchor, writeAnchor)
	}
}

func readAppearance(d *snapshot.Decoder, a *domain.Appearance) {
	switch d.Field {
	case 1:
		a.Statement = d.Text
	case 2:
		a.Document = d.Text
	case 3:
		a.Version = d.Number
	case 4:
		a.Contents = snapshot.GetMore(d, a.Contents, readSpan)
	case 5:
		a.Cue = snapshot.GetNew(d, readSpan)
	case 6:
		a.SourceMentions = snapshot.GetMore(d, a.SourceMentions, readSpan)
	case 7:
		snapshot.Get(d, &a.PublishTime, readPeriod)
	case 8:
		a.AccessTime = getInstant(d)
	case 9:
		a.LatestAnchor = snapshot.GetNew(d, readAnchor)
	default:
		d.Unknown()
	}
}

func writeAnchor(e *snapshot.Encoder, a domain.VersionAnchor) {
	e.Text(1, a.Version)
	e.Text(2, a.State)
	for _, span := range a.Spans {
		snapshot.Put(e, 3, span, writeSpanAnchor)
	}
}

func readAnchor(d *snapshot.Decoder, a *domain.VersionAnchor) {
	switch d.Field {
	case 1:
		a.Version = d.Text
	case 2:
		a.State = d.Text
	case 3:
		a.Spans = snapshot.GetMore(d, a.Spans, readSpanAnchor)
	default:
		d.Unknown()
	}
}

func writeSpanAnchor(e *snapshot.Encoder, s domain.SpanAnchor) {
	e.Text(1, s.Field)
	e.Text(2, s.State)
	e.Number(3, int64(s.Start))
	e.Number(4, int64(s.End))
}

func readSpanAnchor(d *snapshot.Decoder, s *domain.SpanAnchor) {
	switch d.Field {
	case 1:
		s.Field = d.Text
	case 2:
		s.State = d.Text
	case 3:
		s.Start = int(d.Number)
	case 4:
		s.End = int(d.Number)
	default:
		d.Unknown()
	}
}
