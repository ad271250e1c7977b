package tables

import (
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// putSet writes a struct that is there.
func putSet[T any](e *snapshot.Encoder, field int, value *T, write func(*snapshot.Encoder, T)) {
	if value != nil {
		snapshot.Put(e, field, *value, write)
	}
}

func putDecimal(e *snapshot.Encoder, field int, value *decimal.Decimal) {
	if value != nil {
		e.Item(field, value.String())
	}
}

func putDecimals(e *snapshot.Encoder, field int, values []decimal.Decimal) {
	for _, value := range values {
		e.Item(field, value.String())
	}
}

func decimalOf(d *snapshot.Decoder) *decimal.Decimal {
	value, err := decimal.Parse(d.Text)
	if err != nil {
		d.Fail()
	}
	return &value
}

// putInt writes a number that is there, be it zero.
func putInt(e *snapshot.Encoder, field int, value *int) {
	if value != nil {
		e.Item(field, strconv.Itoa(*value))
	}
}

func intOf(d *snapshot.Decoder) *int {
	value, err := strconv.Atoi(d.Text)
	if err != nil {
		d.Fail()
	}
	return &value
}

func timeOf(d *snapshot.Decoder) recordtime.Time { return recordtime.Time(d.Number) }

func writeUnit(e *snapshot.Encoder, u units.Unit) {
	e.Text(1, string(u.System))
	e.Text(2, u.Code)
	e.Text(3, u.Candidates)
}

func readUnit(d *snapshot.Decoder, u *units.Unit) {
	switch d.Field {
	case 1:
		u.System = units.System(d.Text)
	case 2:
		u.Code = d.Text
	case 3:
		u.Candidates = d.Text
	default:
		d.Unknown()
	}
}

func writePeriod(e *snapshot.Encoder, p domain.TimePeriod) {
	e.Text(1, p.EDTF)
	e.Number(2, int64(p.Start))
	e.Number(3, int64(p.End))
	e.Flag(4, p.OpenStart)
	e.Flag(5, p.OpenEnd)
	e.Text(6, p.Missing)
	putSet(e, 7, p.Printed, writePrinted)
}

func readPeriod(d *snapshot.Decoder, p *domain.TimePeriod) {
	switch d.Field {
	case 1:
		p.EDTF = d.Text
	case 2:
		p.Start = timeOf(d)
	case 3:
		p.End = timeOf(d)
	case 4:
		p.OpenStart = d.Number != 0
	case 5:
		p.OpenEnd = d.Number != 0
	case 6:
		p.Missing = d.Text
	case 7:
		p.Printed = snapshot.GetNew(d, readPrinted)
	default:
		d.Unknown()
	}
}

func writePrinted(e *snapshot.Encoder, p domain.Printed) {
	e.Text(1, p.Text)
	putSet(e, 2, p.Span, writeSpan)
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

func writeSpan(e *snapshot.Encoder, s domain.Span) {
	e.Number(1, int64(s.Start))
	e.Number(2, int64(s.End))
	e.Text(3, s.Exact)
	e.Text(4, s.SHA256)
	e.Text(5, s.Prefix)
	e.Text(6, s.Suffix)
	e.Text(7, s.Role)
	e.Text(8, string(s.State))
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
		s.SHA256 = d.Text
	case 5:
		s.Prefix = d.Text
	case 6:
		s.Suffix = d.Text
	case 7:
		s.Role = d.Text
	case 8:
		s.State = domain.AnchorState(d.Text)
	default:
		d.Unknown()
	}
}

func writeReported(e *snapshot.Encoder, r domain.Reported) {
	e.Text(1, r.Text)
	e.Text(2, r.NumberText)
	putDecimal(e, 3, r.Value)
	e.Text(4, r.UnitSymbol)
	e.Text(5, r.MultiplierText)
	for _, span := range r.Spans {
		snapshot.Put(e, 6, span, writeSpan)
	}
}

func readReported(d *snapshot.Decoder, r *domain.Reported) {
	switch d.Field {
	case 1:
		r.Text = d.Text
	case 2:
		r.NumberText = d.Text
	case 3:
		r.Value = decimalOf(d)
	case 4:
		r.UnitSymbol = d.Text
	case 5:
		r.MultiplierText = d.Text
	case 6:
		r.Spans = snapshot.GetMore(d, r.Spans, readSpan)
	default:
		d.Unknown()
	}
}

func writeBound(e *snapshot.Encoder, b domain.Bound) {
	putDecimal(e, 1, &b.Value)
	e.Flag(2, b.Inclusive)
}

func readBound(d *snapshot.Decoder, b *domain.Bound) {
	switch d.Field {
	case 1:
		b.Value = *decimalOf(d)
	case 2:
		b.Inclusive = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeNormalized(e *snapshot.Encoder, n domain.Normalized) {
	putDecimal(e, 1, n.Value)
	putDecimals(e, 2, n.Values)
	putSet(e, 3, n.Lower, writeBound)
	putSet(e, 4, n.Upper, writeBound)
	snapshot.Put(e, 5, n.Unit, writeUnit)
	e.Flag(6, n.Inexact)
}

func readNormalized(d *snapshot.Decoder, n *domain.Normalized) {
	switch d.Field {
	case 1:
		n.Value = decimalOf(d)
	case 2:
		n.Values = append(n.Values, *decimalOf(d))
	case 3:
		n.Lower = snapshot.GetNew(d, readBound)
	case 4:
		n.Upper = snapshot.GetNew(d, readBound)
	case 5:
		snapshot.Get(d, &n.Unit, readUnit)
	case 6:
		n.Inexact = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeSignificant(e *snapshot.Encoder, s domain.Significant) {
	e.Number(1, int64(s.Min))
	e.Number(2, int64(s.Max))
}

func readSignificant(d *snapshot.Decoder, s *domain.Significant) {
	switch d.Field {
	case 1:
		s.Min = int(d.Number)
	case 2:
		s.Max = int(d.Number)
	default:
		d.Unknown()
	}
}
