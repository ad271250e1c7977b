package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// What a source says beside the figure itself.

func alternateFields(c *snapshot.Codec, a *domain.Alternate) {
	snapshot.Pointer(c, 1, &a.Reported, reportedFields)
	decimalField(c, 2, &a.Value)
	snapshot.Struct(c, 3, &a.Unit, unitFields)
	c.Int(4, &a.UnitMult)
	snapshot.Struct(c, 5, &a.Normalized, normalizedFields)
	snapshot.Pointer(c, 6, &a.Rate, rateFields)
}

func rateFields(c *snapshot.Codec, r *domain.Rate) {
	c.Text(1, &r.From)
	c.Text(2, &r.To)
	snapshot.Struct(c, 3, &r.Rate, fractionFields)
	snapshot.Struct(c, 4, &r.Low, fractionFields)
	snapshot.Struct(c, 5, &r.High, fractionFields)
}

func fractionFields(c *snapshot.Codec, f *domain.Fraction) {
	decimalField(c, 1, &f.Numerator)
	decimalField(c, 2, &f.Denominator)
}

func claimFields(c *snapshot.Codec, v *domain.Claim) {
	c.Text(1, &v.Kind)
	c.Text(2, &v.Scope)
	snapshot.Pointer(c, 3, &v.Span, spanFields)
	snapshot.Pointer(c, 4, &v.Since, periodFields)
	optionalDecimal(c, 5, &v.Factor)
	snapshot.Pointer(c, 6, &v.BasePeriod, periodFields)
}

func originFields(c *snapshot.Codec, o *domain.Origin) {
	c.Text(1, &o.Producer)
	c.Text(2, &o.Title)
	c.Text(3, &o.URI)
	c.Text(4, &o.License)
	c.Text(5, &o.CitationFull)
	snapshot.Pointer(c, 6, &o.PublishTime, periodFields)
	c.Time(7, &o.AccessTime)
	c.Text(8, &o.Version)
}
