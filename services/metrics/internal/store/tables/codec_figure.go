package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

func writeFigure(e *snapshot.Encoder, f *domain.Figure) {
	snapshot.Put(e, 1, f.Meta, writeMeta)
	e.Text(2, f.Metric)
	putPairs(e, 3, f.Dimensions)
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
	writeFigureMore(e, f)
}

// writeFigureMore goes on with fields that came later.
func writeFigureMore(e *snapshot.Encoder, f *domain.Figure) {
	putInt(e, 26, f.Decimals)
	for _, code := range f.ObsStatus {
		e.Item(27, code)
	}
	e.Text(28, f.ConfStatus)
	putPairs(e, 29, f.Attributes)
	putSet(e, 30, f.Release, writePeriod)
	putSet(e, 31, f.BasePeriod, writePeriod)
	e.Text(32, f.Claimant)
	e.Text(33, f.AttributedProducer)
	putSet(e, 34, f.Derivation, writeDerivation)
	e.Flag(35, f.Stale)
	e.Flag(36, f.Corrected)
	putSet(e, 37, f.RoundingInterval, writeRounding)
	putPairs(e, 38, f.SeriesDimensions)
	e.Number(39, int64(f.EmbargoEnd))
	e.Flag(40, f.Restricted)
	e.Flag(41, f.Withdrawn)
	e.Flag(42, f.EmbargoHeld)
}

func readFigure(d *snapshot.Decoder, f *domain.Figure) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &f.Meta, readMeta)
	case 2:
		f.Metric = d.Text
	case 3:
		f.Dimensions = morePairs(d, f.Dimensions)
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
	default:
		readFigureMore(d, f)
	}
}

func readFigureMore(d *snapshot.Decoder, f *domain.Figure) {
	switch d.Field {
	case 26:
		f.Decimals = intOf(d)
	case 27:
		f.ObsStatus = append(f.ObsStatus, d.Text)
	case 28:
		f.ConfStatus = d.Text
	case 29:
		f.Attributes = morePairs(d, f.Attributes)
	case 30:
		f.Release = snapshot.GetNew(d, readPeriod)
	case 31:
		f.BasePeriod = snapshot.GetNew(d, readPeriod)
	case 32:
		f.Claimant = d.Text
	case 33:
		f.AttributedProducer = d.Text
	case 34:
		f.Derivation = snapshot.GetNew(d, readDerivation)
	case 35:
		f.Stale = d.Number != 0
	case 36:
		f.Corrected = d.Number != 0
	case 37:
		f.RoundingInterval = snapshot.GetNew(d, readRounding)
	case 38:
		f.SeriesDimensions = morePairs(d, f.SeriesDimensions)
	case 39:
		f.EmbargoEnd = timeOf(d)
	case 40:
		f.Restricted = d.Number != 0
	case 41:
		f.Withdrawn = d.Number != 0
	case 42:
		f.EmbargoHeld = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeDerivation(e *snapshot.Encoder, n domain.Derivation) {
	e.Text(1, n.Formula)
	for _, input := range n.Inputs {
		snapshot.Put(e, 2, input, writeInput)
	}
	putInt(e, 3, n.RoundingDecimals)
	e.Flag(4, n.Inexact)
}

func readDerivation(d *snapshot.Decoder, n *domain.Derivation) {
	switch d.Field {
	case 1:
		n.Formula = d.Text
	case 2:
		n.Inputs = snapshot.GetMore(d, n.Inputs, readInput)
	case 3:
		n.RoundingDecimals = intOf(d)
	case 4:
		n.Inexact = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeInput(e *snapshot.Encoder, i domain.Input) {
	e.Text(1, i.Variable)
	e.Text(2, i.Figure)
	e.Number(3, i.Revision)
}

func readInput(d *snapshot.Decoder, i *domain.Input) {
	switch d.Field {
	case 1:
		i.Variable = d.Text
	case 2:
		i.Figure = d.Text
	case 3:
		i.Revision = d.Number
	default:
		d.Unknown()
	}
}

func writeRounding(e *snapshot.Encoder, r domain.RoundingInterval) {
	putDecimal(e, 1, &r.Low)
	putDecimal(e, 2, &r.High)
	e.Number(3, int64(r.Digits))
}

func readRounding(d *snapshot.Decoder, r *domain.RoundingInterval) {
	switch d.Field {
	case 1:
		r.Low = *decimalOf(d)
	case 2:
		r.High = *decimalOf(d)
	case 3:
		r.Digits = int(d.Number)
	default:
		d.Unknown()
	}
}
