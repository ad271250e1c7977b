package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// Numbered fields of what few observations have, and of what many share: fields are only ever added.

func aboutFields(c *snapshot.Codec, a *domain.About) {
	snapshot.Struct(c, 1, &a.Source, sourceFields)
	snapshot.Pointer(c, 2, &a.Release, periodFields)
	snapshot.Struct(c, 3, &a.Unit, unitFields)
	c.Int(4, &a.UnitMult)
	optionalInt(c, 5, &a.Decimals)
	c.Text(6, &a.ConfStatus)
	c.Pairs(7, &a.Attributes)
	c.Text(8, &a.Comment)
	c.Text(9, &a.DocumentVersion)
	snapshot.List(c, 10, &a.Alternates, alternateFields)
	c.Text(11, &a.CountedObject)
	c.Time(12, &a.EmbargoEnd)
	c.Flag(13, &a.Restricted)
}

func sourceFields(c *snapshot.Codec, s *domain.Source) {
	c.Text(1, &s.ID)
	c.Text(2, &s.Producer)
	c.Text(3, &s.Title)
	c.Text(4, &s.Document)
	c.Text(5, &s.Claimant)
	c.Text(6, &s.URI)
	c.Text(7, &s.License)
	c.Text(8, &s.CitationFull)
}

// sameNumbers says whether the numbers as written print as those multiplied out.
func sameNumbers(o *domain.Observation) bool {
	return same(o.Written.Value, o.Normalized.Value) && slices.Equal(o.Written.Values, o.Normalized.Values) &&
		same(o.Written.Lower, o.Normalized.Lower) && same(o.Written.Upper, o.Normalized.Upper)
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// moreFields is what few points have.
func moreFields(c *snapshot.Codec, o *domain.Observation) {
	written := &o.Written
	if c.Writing() && sameNumbers(o) {
		written = &domain.Written{}
	}
	optionalDecimal(c, 1, &written.Value)
	decimals(c, 2, &written.Values)
	snapshot.Pointer(c, 3, &written.Lower, boundFields)
	snapshot.Pointer(c, 4, &written.Upper, boundFields)
	snapshot.Pointer(c, 5, &o.BasePeriod, periodFields)
	snapshot.Pointer(c, 6, &o.RoundingInterval, roundingFields)
}
