package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

func figureFields(c *snapshot.Codec, f *domain.Figure) {
	snapshot.Struct(c, 1, &f.Meta, metaFields)
	c.Text(2, &f.Metric)
	c.Pairs(3, &f.Dimensions)
	snapshot.Struct(c, 4, &f.Period, periodFields)
	c.Text(5, &f.Frequency)
	snapshot.Pointer(c, 6, &f.Reported, reportedFields)
	c.Text(7, (*string)(&f.Kind))
	optionalDecimal(c, 8, &f.Value)
	decimals(c, 9, &f.Values)
	snapshot.Pointer(c, 10, &f.Lower, boundFields)
	snapshot.Pointer(c, 11, &f.Upper, boundFields)
	c.Text(12, (*string)(&f.Approximator))
	c.Text(13, &f.ReadingRule)
	c.Text(14, &f.Missing)
	snapshot.Struct(c, 15, &f.Unit, unitFields)
	c.Int(16, &f.UnitMult)
	c.Text(17, &f.CountedObject)
	snapshot.Struct(c, 18, &f.Normalized, normalizedFields)
	snapshot.Pointer(c, 19, &f.Significant, significantFields)
	snapshot.List(c, 20, &f.Alternates, alternateFields)
	snapshot.List(c, 21, &f.Claims, claimFields)
	c.Text(22, &f.DocumentVersion)
	snapshot.Pointer(c, 23, &f.Origin, originFields)
	c.Text(24, &f.Comment)
	c.Text(25, &f.SourceSHA256)
	optionalInt(c, 26, &f.Decimals)
	c.Texts(27, &f.ObsStatus)
	c.Text(28, &f.ConfStatus)
	c.Pairs(29, &f.Attributes)
	snapshot.Pointer(c, 30, &f.Release, periodFields)
	snapshot.Pointer(c, 31, &f.BasePeriod, periodFields)
	c.Text(32, &f.Claimant)
	c.Text(33, &f.AttributedProducer)
	snapshot.Pointer(c, 34, &f.Derivation, derivationFields)
	c.Flag(35, &f.Stale)
	c.Flag(36, &f.Corrected)
	snapshot.Pointer(c, 37, &f.RoundingInterval, roundingFields)
	c.Pairs(38, &f.SeriesDimensions)
	c.Time(39, &f.EmbargoEnd)
	c.Flag(40, &f.Restricted)
	c.Flag(41, &f.Withdrawn)
	c.Flag(42, &f.EmbargoHeld)
}

func derivationFields(c *snapshot.Codec, n *domain.Derivation) {
	c.Text(1, &n.Formula)
	snapshot.List(c, 2, &n.Inputs, inputFields)
	optionalInt(c, 3, &n.RoundingDecimals)
	c.Flag(4, &n.Inexact)
}

func inputFields(c *snapshot.Codec, i *domain.Input) {
	c.Text(1, &i.Variable)
	c.Text(2, &i.Figure)
	c.Number(3, &i.Revision)
}

func roundingFields(c *snapshot.Codec, r *domain.RoundingInterval) {
	decimalField(c, 1, &r.Low)
	decimalField(c, 2, &r.High)
	c.Int(3, &r.Digits)
}
