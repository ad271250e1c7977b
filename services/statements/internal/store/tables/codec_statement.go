package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func writeStatement(e *snapshot.Encoder, r domain.Statement) {
	snapshot.Put(e, 1, r.Record, writeRecord)
	e.Text(2, r.Document)
	e.Number(3, r.Version)
	e.Text(4, r.Type)
	e.Text(5, r.Text)
	e.Text(6, r.LanguageCode)
	for _, span := range r.Contents {
		snapshot.Put(e, 7, span, writeSpan)
	}
	if r.Cue != nil {
		snapshot.Put(e, 8, *r.Cue, writeSpan)
	}
	for _, span := range r.SourceMentions {
		snapshot.Put(e, 9, span, writeSpan)
	}
	for _, speaker := range r.Speakers {
		snapshot.Put(e, 10, speaker, writeSpeaker)
	}
	for _, name := range r.Audience {
		e.Item(11, name)
	}
	e.Text(12, r.Event)
	e.Text(13, r.Location)
	snapshot.Put(e, 14, r.Time, writePeriod)
	e.Text(15, r.Parent)
	e.Text(16, r.Comment)
	writeTimes(e, 17, r.PublishTime, r.AccessTime)
	e.Text(19, r.OriginalText)
	e.Text(20, r.OriginalLanguageCode)
	e.Text(21, r.Translator)
	writeEditing(e, r)
	for _, appearance := range r.Appearances {
		snapshot.Put(e, 31, appearance, writeAppearance)
	}
	e.Text(32, r.FirstAppearance)
	if r.LatestAnchor != nil {
		snapshot.Put(e, 33, *r.LatestAnchor, writeAnchor)
	}
	e.Text(34, r.TextKey)
}

// completeStatement fills in the text_key of snapshots from before the field was
// there.
func completeStatement(r *domain.Statement) {
	if r.TextKey == "" && r.Text != "" {
		r.TextKey = domain.KeyOf(r.Text)
	}
}

func readStatement(d *snapshot.Decoder, r *domain.Statement) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &r.Record, readRecord)
	case 2:
		r.Document = d.Text
	case 3:
		r.Version = d.Number
	case 4:
		r.Type = d.Text
	case 5:
		r.Text = d.Text
	case 6:
		r.LanguageCode = d.Text
	case 7:
		r.Contents = snapshot.GetMore(d, r.Contents, readSpan)
	case 8:
		r.Cue = snapshot.GetNew(d, readSpan)
	case 9:
		r.SourceMentions = snapshot.GetMore(d, r.SourceMentions, readSpan)
	case 10:
		r.Speakers = snapshot.GetMore(d, r.Speakers, readSpeaker)
	case 11:
		r.Audience = append(r.Audience, d.Text)
	case 12:
		r.Event = d.Text
	case 13:
		r.Location = d.Text
	case 14:
		snapshot.Get(d, &r.Time, readPeriod)
	case 15:
		r.Parent = d.Text
	case 16:
		r.Comment = d.Text
	case 17:
		snapshot.Get(d, &r.PublishTime, readPeriod)
	case 18:
		r.AccessTime = getInstant(d)
	case 19:
		r.OriginalText = d.Text
	case 20:
		r.OriginalLanguageCode = d.Text
	case 21:
		r.Translator = d.Text
	case 31:
		r.Appearances = snapshot.GetMore(d, r.Appearances, readAppearance)
	case 32:
		r.FirstAppearance = d.Text
	case 33:
		r.LatestAnchor = snapshot.GetNew(d, readAnchor)
	case 34:
		r.TextKey = d.Text
	default:
		readEditing(d, r)
	}
}

func writeSpan(e *snapshot.Encoder, s domain.Span) {
	e.Number(1, int64(s.Start))
	e.Number(2, int64(s.End))
	e.Text(3, s.Exact)
	e.Text(4, s.Prefix)
	e.Text(5, s.Suffix)
	e.Flag(6, s.Anchored)
	e.Text(7, s.SHA256)
}

func readSpan(d *snapshot.Decoder, s *domain.Span) {
	switch d.Field {
	case 1:
		s.Start = int(d.Number)
	case 2:
		s.End = int(d.Number)
	case 3:
		s.Exact = d.Text
	case 4:
		s.Prefix = d.Text
	case 5:
		s.Suffix = d.Text
	case 6:
		s.Anchored = d.Number != 0
	case 7:
		s.SHA256 = d.Text
	default:
		d.Unknown()
	}
}

func writeSpeaker(e *snapshot.Encoder, s domain.Speaker) {
	e.Text(1, s.Entity)
	e.Text(2, s.AttributionText)
	e.Text(3, s.Role)
	e.Text(4, s.Affiliation)
	e.Text(5, s.ValueType)
	e.Text(6, s.SourceType)
	e.Text(7, s.AnonymityReason)
	for _, candidate := range s.Candidates {
		snapshot.Put(e, 8, candidate, writeCandidate)
	}
	e.Flag(9, s.RoleFromMembership)
}

func readSpeaker(d *snapshot.Decoder, s *domain.Speaker) {
	switch d.Field {
	case 1:
		s.Entity = d.Text
	case 2:
		s.AttributionText = d.Text
	case 3:
		s.Role = d.Text
	case 4:
		s.Affiliation = d.Text
	case 5:
		s.ValueType = d.Text
	case 6:
		s.SourceType = d.Text
	case 7:
		s.AnonymityReason = d.Text
	case 8:
		s.Candidates = snapshot.GetMore(d, s.Candidates, readCandidate)
	case 9:
		s.RoleFromMembership = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeCandidate(e *snapshot.Encoder, c domain.Candidate) {
	e.Text(1, c.Entity)
	e.Text(2, c.Probability)
}

func readCandidate(d *snapshot.Decoder, c *domain.Candidate) {
	switch d.Field {
	case 1:
		c.Entity = d.Text
	case 2:
		c.Probability = d.Text
	default:
		d.Unknown()
	}
}

func writePeriod(e *snapshot.Encoder, p domain.Period) {
	e.Text(1, p.EDTF)
	e.Text(2, p.Missing)
	e.Number(3, int64(p.Start))
	e.Number(4, int64(p.End))
	e.Flag(5, p.HasStart)
	e.Flag(6, p.HasEnd)
	if p.Printed != nil {
		snapshot.Put(e, 7, *p.Printed, writePrinted)
	}
}

func readPeriod(d *snapshot.Decoder, p *domain.Period) {
	switch d.Field {
	case 1:
		p.EDTF = d.Text
	case 2:
		p.Missing = d.Text
	case 3:
		p.Start = recordtime.Time(d.Number)
	case 4:
		p.End = recordtime.Time(d.Number)
	case 5:
		p.HasStart = d.Number != 0
	case 6:
		p.HasEnd = d.Number != 0
	case 7:
		p.Printed = snapshot.GetNew(d, readPrinted)
	default:
		d.Unknown()
	}
}

func writePrinted(e *snapshot.Encoder, p domain.Printed) {
	e.Text(1, p.Text)
	if p.Span != nil {
		snapshot.Put(e, 2, *p.Span, writeSpan)
	}
}

func readPrinted(d *snapshot.Decoder, p *domain.Printed) {
	switch d.Field {
	case 1:
		p.Text = d.Text
	case 2:
		p.Span = snapshot.GetNew(d, readSpan)
	default:
		d.Unknown()
	}
}
