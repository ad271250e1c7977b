package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// What a source says beside the figure itself.

func writeAlternate(e *snapshot.Encoder, a domain.Alternate) {
	putSet(e, 1, a.Reported, writeReported)
	putDecimal(e, 2, &a.Value)
	snapshot.Put(e, 3, a.Unit, writeUnit)
	e.Number(4, int64(a.UnitMult))
	snapshot.Put(e, 5, a.Normalized, writeNormalized)
	putSet(e, 6, a.Rate, writeRate)
}

func readAlternate(d *snapshot.Decoder, a *domain.Alternate) {
	switch d.Field {
	case 1:
		a.Reported = snapshot.GetNew(d, readReported)
	case 2:
		a.Value = *decimalOf(d)
	case 3:
		snapshot.Get(d, &a.Unit, readUnit)
	case 4:
		a.UnitMult = int(d.Number)
	case 5:
		snapshot.Get(d, &a.Normalized, readNormalized)
	case 6:
		a.Rate = snapshot.GetNew(d, readRate)
	default:
		d.Unknown()
	}
}

func writeRate(e *snapshot.Encoder, r domain.Rate) {
	e.Text(1, r.From)
	e.Text(2, r.To)
	snapshot.Put(e, 3, r.Rate, writeFraction)
	snapshot.Put(e, 4, r.Low, writeFraction)
	snapshot.Put(e, 5, r.High, writeFraction)
}

func readRate(d *snapshot.Decoder, r *domain.Rate) {
	switch d.Field {
	case 1:
		r.From = d.Text
	case 2:
		r.To = d.Text
	case 3:
		snapshot.Get(d, &r.Rate, readFraction)
	case 4:
		snapshot.Get(d, &r.Low, readFraction)
	case 5:
		snapshot.Get(d, &r.High, readFraction)
	default:
		d.Unknown()
	}
}

func writeFraction(e *snapshot.Encoder, f domain.Fraction) {
	putDecimal(e, 1, &f.Numerator)
	putDecimal(e, 2, &f.Denominator)
}

func readFraction(d *snapshot.Decoder, f *domain.Fraction) {
	switch d.Field {
	case 1:
		f.Numerator = *decimalOf(d)
	case 2:
		f.Denominator = *decimalOf(d)
	default:
		d.Unknown()
	}
}

func writeClaim(e *snapshot.Encoder, c domain.Claim) {
	e.Text(1, c.Kind)
	e.Text(2, c.Scope)
	putSet(e, 3, c.Span, writeSpan)
	putSet(e, 4, c.Since, writePeriod)
	putDecimal(e, 5, c.Factor)
	putSet(e, 6, c.BasePeriod, writePeriod)
}

func readClaim(d *snapshot.Decoder, c *domain.Claim) {
	switch d.Field {
	case 1:
		c.Kind = d.Text
	case 2:
		c.Scope = d.Text
	case 3:
		c.Span = snapshot.GetNew(d, readSpan)
	case 4:
		c.Since = snapshot.GetNew(d, readPeriod)
	case 5:
		c.Factor = decimalOf(d)
	case 6:
		c.BasePeriod = snapshot.GetNew(d, readPeriod)
	default:
		d.Unknown()
	}
}

func writeOrigin(e *snapshot.Encoder, o domain.Origin) {
	e.Text(1, o.Producer)
	e.Text(2, o.Title)
	e.Text(3, o.URI)
	e.Text(4, o.License)
	e.Text(5, o.CitationFull)
	putSet(e, 6, o.PublishTime, writePeriod)
	e.Number(7, int64(o.AccessTime))
	e.Text(8, o.Version)
}

func readOrigin(d *snapshot.Decoder, o *domain.Origin) {
	switch d.Field {
	case 1:
		o.Producer = d.Text
	case 2:
		o.Title = d.Text
	case 3:
		o.URI = d.Text
	case 4:
		o.License = d.Text
	case 5:
		o.CitationFull = d.Text
	case 6:
		o.PublishTime = snapshot.GetNew(d, readPeriod)
	case 7:
		o.AccessTime = timeOf(d)
	case 8:
		o.Version = d.Text
	default:
		d.Unknown()
	}
}
