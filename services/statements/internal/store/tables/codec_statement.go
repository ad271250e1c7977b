package tables

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func writeStatement(e *encoder, r domain.Statement) {
	put(e, 1, r.Record, writeRecord)
	e.text(2, r.Document)
	e.number(3, r.Version)
	e.text(4, r.Type)
	e.text(5, r.Text)
	e.text(6, r.LanguageCode)
	for _, span := range r.Contents {
		put(e, 7, span, writeSpan)
	}
	if r.Cue != nil {
		put(e, 8, *r.Cue, writeSpan)
	}
	for _, span := range r.SourceMentions {
		put(e, 9, span, writeSpan)
	}
	for _, speaker := range r.Speakers {
		put(e, 10, speaker, writeSpeaker)
	}
	for _, name := range r.Audience {
		e.item(11, name)
	}
	e.text(12, r.Event)
	e.text(13, r.Location)
	put(e, 14, r.Time, writePeriod)
	e.text(15, r.Parent)
	e.text(16, r.Comment)
}

func readStatement(d *decoder, r *domain.Statement) {
	switch d.field {
	case 1:
		get(d, &r.Record, readRecord)
	case 2:
		r.Document = d.text
	case 3:
		r.Version = d.number
	case 4:
		r.Type = d.text
	case 5:
		r.Text = d.text
	case 6:
		r.LanguageCode = d.text
	case 7:
		r.Contents = getMore(d, r.Contents, readSpan)
	case 8:
		r.Cue = getNew(d, readSpan)
	case 9:
		r.SourceMentions = getMore(d, r.SourceMentions, readSpan)
	case 10:
		r.Speakers = getMore(d, r.Speakers, readSpeaker)
	case 11:
		r.Audience = append(r.Audience, d.text)
	case 12:
		r.Event = d.text
	case 13:
		r.Location = d.text
	case 14:
		get(d, &r.Time, readPeriod)
	case 15:
		r.Parent = d.text
	case 16:
		r.Comment = d.text
	}
}

func writeSpan(e *encoder, s domain.Span) {
	e.number(1, int64(s.Start))
	e.number(2, int64(s.End))
	e.text(3, s.Exact)
	e.text(4, s.Prefix)
	e.text(5, s.Suffix)
	e.flag(6, s.Anchored)
	e.text(7, s.SHA256)
}

func readSpan(d *decoder, s *domain.Span) {
	switch d.field {
	case 1:
		s.Start = int(d.number)
	case 2:
		s.End = int(d.number)
	case 3:
		s.Exact = d.text
	case 4:
		s.Prefix = d.text
	case 5:
		s.Suffix = d.text
	case 6:
		s.Anchored = d.number != 0
	case 7:
		s.SHA256 = d.text
	}
}

func writeSpeaker(e *encoder, s domain.Speaker) {
	e.text(1, s.Entity)
	e.text(2, s.AttributionText)
	e.text(3, s.Role)
	e.text(4, s.Affiliation)
}

func readSpeaker(d *decoder, s *domain.Speaker) {
	switch d.field {
	case 1:
		s.Entity = d.text
	case 2:
		s.AttributionText = d.text
	case 3:
		s.Role = d.text
	case 4:
		s.Affiliation = d.text
	}
}

func writePeriod(e *encoder, p domain.Period) {
	e.text(1, p.EDTF)
	e.text(2, p.Missing)
	e.number(3, int64(p.Start))
	e.number(4, int64(p.End))
	e.flag(5, p.HasStart)
	e.flag(6, p.HasEnd)
	if p.Printed != nil {
		put(e, 7, *p.Printed, writePrinted)
	}
}

func readPeriod(d *decoder, p *domain.Period) {
	switch d.field {
	case 1:
		p.EDTF = d.text
	case 2:
		p.Missing = d.text
	case 3:
		p.Start = recordtime.Time(d.number)
	case 4:
		p.End = recordtime.Time(d.number)
	case 5:
		p.HasStart = d.number != 0
	case 6:
		p.HasEnd = d.number != 0
	case 7:
		p.Printed = getNew(d, readPrinted)
	}
}

func writePrinted(e *encoder, p domain.Printed) {
	e.text(1, p.Text)
	if p.Span != nil {
		put(e, 2, *p.Span, writeSpan)
	}
}

func readPrinted(d *decoder, p *domain.Printed) {
	switch d.field {
	case 1:
		p.Text = d.text
	case 2:
		p.Span = getNew(d, readSpan)
	}
}
