package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// Numbered fields of what few observations have, and of what many share: fields are only ever added.

// encodeAbout makes one text for one thing, so that points are seen to share it.
func encodeAbout(about *domain.About) []byte {
	e := snapshot.NewEncoder(formatFields)
	writeAbout(e, about)
	return e.Bytes()[1:]
}

func decodeAbout(stored string, about *domain.About) error {
	return snapshot.Read(stored, about, readAbout)
}

func writeAbout(e *snapshot.Encoder, a *domain.About) {
	snapshot.Put(e, 1, a.Source, writeSource)
	putSet(e, 2, a.Release, writePeriod)
	snapshot.Put(e, 3, a.Unit, writeUnit)
	e.Number(4, int64(a.UnitMult))
	putInt(e, 5, a.Decimals)
	e.Text(6, a.ConfStatus)
	putPairs(e, 7, a.Attributes)
	e.Text(8, a.Comment)
	e.Text(9, a.DocumentVersion)
	for _, alternate := range a.Alternates {
		snapshot.Put(e, 10, alternate, writeAlternate)
	}
	e.Text(11, a.CountedObject)
	e.Number(12, int64(a.EmbargoEnd))
	e.Flag(13, a.Restricted)
}

func readAbout(d *snapshot.Decoder, a *domain.About) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &a.Source, readSource)
	case 2:
		a.Release = snapshot.GetNew(d, readPeriod)
	case 3:
		snapshot.Get(d, &a.Unit, readUnit)
	case 4:
		a.UnitMult = int(d.Number)
	case 5:
		a.Decimals = intOf(d)
	case 6:
		a.ConfStatus = d.Text
	case 7:
		a.Attributes = morePairs(d, a.Attributes)
	case 8:
		a.Comment = d.Text
	case 9:
		a.DocumentVersion = d.Text
	case 10:
		a.Alternates = snapshot.GetMore(d, a.Alternates, readAlternate)
	case 11:
		a.CountedObject = d.Text
	case 12:
		a.EmbargoEnd = timeOf(d)
	case 13:
		a.Restricted = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeSource(e *snapshot.Encoder, s domain.Source) {
	e.Text(1, s.ID)
	e.Text(2, s.Producer)
	e.Text(3, s.Title)
	e.Text(4, s.Document)
	e.Text(5, s.Claimant)
	e.Text(6, s.URI)
	e.Text(7, s.License)
	e.Text(8, s.CitationFull)
}

func readSource(d *snapshot.Decoder, s *domain.Source) {
	switch d.Field {
	case 1:
		s.ID = d.Text
	case 2:
		s.Producer = d.Text
	case 3:
		s.Title = d.Text
	case 4:
		s.Document = d.Text
	case 5:
		s.Claimant = d.Text
	case 6:
		s.URI = d.Text
	case 7:
		s.License = d.Text
	case 8:
		s.CitationFull = d.Text
	default:
		d.Unknown()
	}
}

// sameNumbers says whether the numbers as written print as those multiplied out.
func sameNumbers(o *domain.Observation) bool {
	return same(o.Written.Value, o.Normalized.Value) && slices.Equal(o.Written.Values, o.Normalized.Values) &&
		same(o.Written.Lower, o.Normalized.Lower) && same(o.Written.Upper, o.Normalized.Upper)
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// encodeMore writes what few points have; empty if this one has nothing of it.
func encodeMore(o domain.Observation) []byte {
	e := snapshot.NewEncoder(formatFields)
	if !sameNumbers(&o) {
		putDecimal(e, 1, o.Written.Value)
		putDecimals(e, 2, o.Written.Values)
		putSet(e, 3, o.Written.Lower, writeBound)
		putSet(e, 4, o.Written.Upper, writeBound)
	}
	putSet(e, 5, o.BasePeriod, writePeriod)
	putSet(e, 6, o.RoundingInterval, writeRounding)
	return e.Bytes()[1:]
}

func decodeMore(stored string, o *domain.Observation) error {
	return snapshot.Read(stored, o, readMore)
}

func readMore(d *snapshot.Decoder, o *domain.Observation) {
	switch d.Field {
	case 1:
		o.Written.Value = decimalOf(d)
	case 2:
		o.Written.Values = append(o.Written.Values, *decimalOf(d))
	case 3:
		o.Written.Lower = snapshot.GetNew(d, readBound)
	case 4:
		o.Written.Upper = snapshot.GetNew(d, readBound)
	case 5:
		o.BasePeriod = snapshot.GetNew(d, readPeriod)
	case 6:
		o.RoundingInterval = snapshot.GetNew(d, readRounding)
	default:
		d.Unknown()
	}
}

// putPairs writes a map, one way for one map.
func putPairs(e *snapshot.Encoder, field int, pairs map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		e.Pair(field, key, pairs[key])
	}
}

// morePairs adds an entry to a map.
func morePairs(d *snapshot.Decoder, pairs map[string]string) map[string]string {
	if pairs == nil {
		pairs = make(map[string]string)
	}
	key, value := d.Pair()
	pairs[key] = value
	return pairs
}
