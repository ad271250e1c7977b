package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

func writeFigure(e *snapshot.Encoder, f *domain.Figure) {
	snapshot.Put(e, 1, f.Meta, writeMeta)
	e.Text(2, f.Metric)
	for _, id := range slices.Sorted(maps.Keys(f.Dimensions)) { // one snapshot for one figure
		e.Pair(3, id, f.Dimensions[id])
	}
	snapshot.Put(e, 4, f.Period, writePeriod)
	e.Text(5, f.Frequency)
	putSet(e, 6, f.Reported, writeReported)
	e.Text(7, string(f.Kind))
	putDecimal(e, 8, f.Value)
	putDecimals(e, 9, f.Values)
	putSet(e, 10, f.Lower, writeBound)
	putSet(e, 11, f.Upper, writeBound)
	e.Text(12, string(f.Approximator))
	e.Text(13, f.ReadingRule)
	e.Text(14, f.Missing)
	snapshot.Put(e, 15, f.Unit, writeUnit)
	e.Number(16, int64(f.UnitMult))
	e.Text(17, f.CountedObject)
	snapshot.Put(e, 18, f.Normalized, writeNormalized)
	putSet(e, 19, f.Significant, writeSignificant)
	for _, alternate := range f.Alternates {
		snapshot.Put(e, 20, alternate, writeAlternate)
	}
	for _, claim := range f.Claims {
		snapshot.Put(e, 21, claim, writeClaim)
	}
	e.Text(22, f.DocumentVersion)
	putSet(e, 23, f.Origin, writeOrigin)
	e.Text(24, f.Comment)
	e.Text(25, f.SourceSHA256)
}

func readFigure(d *snapshot.Decoder, f *domain.Figure) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &f.Meta, readMeta)
	case 2:
		f.Metric = d.Text
	case 3:
		if f.Dimensions == nil {
			f.Dimensions = make(map[string]string)
		}
		id, code := d.Pair()
		f.Dimensions[id] = code
	case 4:
		snapshot.Get(d, &f.Period, readPeriod)
	case 5:
		f.Frequency = d.Text
	case 6:
		f.Reported = snapshot.GetNew(d, readReported)
	case 7:
		f.Kind = domain.ValueKind(d.Text)
	case 8:
		f.Value = decimalOf(d)
	case 9:
		f.Values = append(f.Values, *decimalOf(d))
	case 10:
		f.Lower = snapshot.GetNew(d, readBound)
	case 11:
		f.Upper = snapshot.GetNew(d, readBound)
	case 12:
		f.Approximator = domain.Approximator(d.Text)
	case 13:
		f.ReadingRule = d.Text
	case 14:
		f.Missing = d.Text
	default:
		readFigureEnd(d, f)
	}
}

// readFigureEnd goes on with the later fields.
func readFigureEnd(d *snapshot.Decoder, f *domain.Figure) {
	switch d.Field {
	case 15:
		snapshot.Get(d, &f.Unit, readUnit)
	case 16:
		f.UnitMult = int(d.Number)
	case 17:
		f.CountedObject = d.Text
	case 18:
		snapshot.Get(d, &f.Normalized, readNormalized)
	case 19:
		f.Significant = snapshot.GetNew(d, readSignificant)
	case 20:
		f.Alternates = snapshot.GetMore(d, f.Alternates, readAlternate)
	case 21:
		f.Claims = snapshot.GetMore(d, f.Claims, readClaim)
	case 22:
		f.DocumentVersion = d.Text
	case 23:
		f.Origin = snapshot.GetNew(d, readOrigin)
	case 24:
		f.Comment = d.Text
	case 25:
		f.SourceSHA256 = d.Text
	}
}
