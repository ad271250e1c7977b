package tables

import (
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// formatPoint is the first byte of an observation. A series of hundreds of points is decoded per request, so the form is a plain list of
// fields: texts with their length before them, integers as varints.
const formatPoint = 2

// Bits of the flags of an observation.
const (
	flagOpenStart = 1 << iota
	flagOpenEnd
	flagInexact
	flagLower
	flagLowerInclusive
	flagUpper
	flagUpperInclusive
)

var errObservation = errors.New("a stored observation is damaged")

func encodeObservation(o domain.Observation) ([]byte, error) {
	buf := []byte{formatPoint}
	text := func(s string) { buf = append(binary.AppendUvarint(buf, uint64(len(s))), s...) }
	buf = binary.AppendUvarint(buf, flagsOf(o))
	text(o.Period.EDTF)
	buf = binary.AppendVarint(buf, int64(o.Period.Start))
	buf = binary.AppendVarint(buf, int64(o.Period.End))
	text(o.Period.Missing)
	printed := ""
	if o.Period.Printed != nil {
		document, err := json.Marshal(o.Period.Printed)
		if err != nil {
			return nil, err
		}
		printed = string(document)
	}
	text(printed)
	text(string(o.Kind))
	text(string(o.Approximator))
	text(o.Missing)
	text(o.DocumentVersion)
	text(string(o.Normalized.Unit.System))
	text(o.Normalized.Unit.Code)
	text(optional(o.Normalized.Value))
	if o.Normalized.Lower != nil {
		text(o.Normalized.Lower.Value.String())
	}
	if o.Normalized.Upper != nil {
		text(o.Normalized.Upper.Value.String())
	}
	buf = binary.AppendUvarint(buf, uint64(len(o.Normalized.Values)))
	for _, v := range o.Normalized.Values {
		text(v.String())
	}
	return buf, nil
}

func flagsOf(o domain.Observation) (flags uint64) {
	set := func(on bool, flag uint64) {
		if on {
			flags |= flag
		}
	}
	set(o.Period.OpenStart, flagOpenStart)
	set(o.Period.OpenEnd, flagOpenEnd)
	set(o.Normalized.Inexact, flagInexact)
	if lower := o.Normalized.Lower; lower != nil {
		set(true, flagLower)
		set(lower.Inclusive, flagLowerInclusive)
	}
	if upper := o.Normalized.Upper; upper != nil {
		set(true, flagUpper)
		set(upper.Inclusive, flagUpperInclusive)
	}
	return flags
}

func optional(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// decodeObservation reads what encodeObservation writes into o, whose texts are parts of it; the figure's id stands in its own column.
func decodeObservation(stored string, o *domain.Observation) error {
	if stored == "" || stored[0] != formatPoint {
		return errObservation
	}
	f := fields{rest: stored[1:]}
	flags := f.unsigned()
	o.Period = domain.TimePeriod{
		EDTF: f.text(), Start: recordtime.Time(f.signed()), End: recordtime.Time(f.signed()), Missing: f.text(),
		OpenStart: flags&flagOpenStart != 0, OpenEnd: flags&flagOpenEnd != 0,
	}
	if printed := f.text(); printed != "" {
		if err := json.Unmarshal([]byte(printed), &o.Period.Printed); err != nil {
			return err
		}
	}
	o.Kind, o.Approximator, o.Missing = domain.ValueKind(f.text()), domain.Approximator(f.text()), f.text()
	o.DocumentVersion = f.text()
	n := &o.Normalized
	n.Unit = units.Unit{System: units.System(f.text()), Code: f.text()}
	n.Inexact = flags&flagInexact != 0
	if value := f.text(); value != "" {
		d := f.decimal(value)
		n.Value = &d
	}
	if flags&flagLower != 0 {
		n.Lower = &domain.Bound{Value: f.decimal(f.text()), Inclusive: flags&flagLowerInclusive != 0}
	}
	if flags&flagUpper != 0 {
		n.Upper = &domain.Bound{Value: f.decimal(f.text()), Inclusive: flags&flagUpperInclusive != 0}
	}
	for count := f.unsigned(); count > 0 && !f.damaged; count-- {
		n.Values = append(n.Values, f.decimal(f.text()))
	}
	if f.damaged || f.rest != "" {
		return errObservation
	}
	return nil
}

// fields reads one field after the other; after the first that is damaged all are zero.
type fields struct {
	rest    string
	damaged bool
}

func (f *fields) unsigned() (v uint64) {
	for shift := 0; shift < 64; shift += 7 {
		if f.rest == "" {
			break
		}
		b := f.rest[0]
		f.rest = f.rest[1:]
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	f.damaged, f.rest = true, ""
	return 0
}

// signed reads what binary.AppendVarint writes: the sign is the last bit.
func (f *fields) signed() int64 {
	u := f.unsigned()
	v := int64(u >> 1) //nolint:gosec // that is the encoding
	if u&1 != 0 {
		return ^v
	}
	return v
}

func (f *fields) text() string {
	length := f.unsigned()
	if length > uint64(len(f.rest)) {
		f.damaged, f.rest = true, ""
		return ""
	}
	text := f.rest[:length]
	f.rest = f.rest[length:]
	return text
}

func (f *fields) decimal(text string) decimal.Decimal {
	d, err := decimal.Parse(text)
	f.damaged = f.damaged || err != nil
	return d
}
