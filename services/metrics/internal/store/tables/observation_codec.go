package tables

import (
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// formatPoint is the first byte of an observation. A series of hundreds of points is decoded per request, so the form is a plain list of
// fields: texts with their length before them, integers as varints. What many points share comes first, so that it is decoded once for a
// run of points. Nothing has the format of before, 2, any more: points are derived anew (see derive.go).
const formatPoint = 4

// Bits of the flags of an observation.
const (
	flagOpenStart = 1 << iota
	flagOpenEnd
	flagInexact
	flagLower
	flagLowerInclusive
	flagUpper
	flagUpperInclusive
	flagCorrected
	flagStale
	// flagSameNumbers: what was written is what was multiplied out, so it is not there twice.
	flagSameNumbers
	// flagSameUnit: the base unit is the unit as written.
	flagSameUnit
	// flagMore: fields that few points have follow, in numbered fields.
	flagMore
)

var errObservation = errors.New("a stored observation is damaged")

// lines writes one field after the other.
type lines struct{ buf []byte }

func (l *lines) unsigned(n uint64) { l.buf = binary.AppendUvarint(l.buf, n) }
func (l *lines) signed(n int64)    { l.buf = binary.AppendVarint(l.buf, n) }
func (l *lines) text(s string)     { l.unsigned(uint64(len(s))); l.buf = append(l.buf, s...) }

func (l *lines) texts(all []string) {
	l.unsigned(uint64(len(all)))
	for _, s := range all {
		l.text(s)
	}
}

func (l *lines) decimals(all []decimal.Decimal) {
	l.unsigned(uint64(len(all)))
	for _, d := range all {
		l.text(d.String())
	}
}

func (l *lines) bound(b *domain.Bound) {
	if b != nil {
		l.text(b.Value.String())
	}
}

func encodeObservation(o domain.Observation) ([]byte, error) {
	l := lines{buf: []byte{formatPoint}}
	about := o.About
	if about == nil {
		about = &domain.About{}
	}
	l.text(string(snapshot.Append(make([]byte, 0, 512), about, aboutFields)))
	flags, more := flagsOf(o), snapshot.Append(nil, &o, moreFields)
	if o.Normalized.Unit == about.Unit {
		flags |= flagSameUnit
	}
	if len(more) > 0 {
		flags |= flagMore
	}
	l.unsigned(flags)
	l.text(o.Period.EDTF)
	l.signed(int64(o.Period.Start))
	l.signed(int64(o.Period.End))
	l.text(o.Period.Missing)
	printed := ""
	if o.Period.Printed != nil {
		document, err := json.Marshal(o.Period.Printed)
		if err != nil {
			return nil, err
		}
		printed = string(document)
	}
	l.text(printed)
	l.text(string(o.Kind))
	l.text(string(o.Approximator))
	l.text(o.Missing)
	if flags&flagSameUnit == 0 {
		l.text(string(o.Normalized.Unit.System))
		l.text(o.Normalized.Unit.Code)
		l.text(o.Normalized.Unit.Candidates)
	}
	l.text(optional(o.Normalized.Value))
	l.bound(o.Normalized.Lower)
	l.bound(o.Normalized.Upper)
	l.decimals(o.Normalized.Values)
	l.signed(o.Revision)
	l.signed(int64(o.CreateTime))
	l.signed(int64(o.UpdateTime - o.CreateTime))
	l.texts(o.ObsStatus)
	if len(more) > 0 {
		l.text(string(more))
	}
	return l.buf, nil
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
	set(o.Corrected, flagCorrected)
	set(o.Stale, flagStale)
	set(sameNumbers(&o), flagSameNumbers)
	return flags
}

func optional(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// observations decodes points one after the other. What a point shares with the one before it is decoded once, and is one thing in memory.
type observations struct {
	raw   string // of about
	about *domain.About
	// numbers is room for the values of the next points: one allocation for many of them.
	numbers []decimal.Decimal
}

// numbersAtOnce is for how many values there is room at once.
const numbersAtOnce = 64

// number keeps a value.
func (s *observations) number(d decimal.Decimal) *decimal.Decimal {
	if len(s.numbers) == cap(s.numbers) {
		s.numbers = make([]decimal.Decimal, 0, min(max(2*cap(s.numbers), 1), numbersAtOnce))
	}
	s.numbers = append(s.numbers, d)
	return &s.numbers[len(s.numbers)-1]
}

// decode reads what encodeObservation writes into o, whose texts are parts of it; the figure's id stands in its own column.
func (s *observations) decode(stored string, o *domain.Observation) error {
	if stored == "" || stored[0] != formatPoint {
		return errObservation
	}
	f := fields{rest: stored[1:]}
	if raw := f.text(); s.about == nil || raw != s.raw {
		about := new(domain.About)
		if err := snapshot.Read(raw, about, aboutFields); err != nil {
			return err
		}
		s.raw, s.about = raw, about
	}
	o.About = s.about
	flags := f.unsigned()
	p := &o.Period
	p.EDTF, p.Start, p.End, p.Missing = f.text(), recordtime.Time(f.signed()), recordtime.Time(f.signed()), f.text()
	p.OpenStart, p.OpenEnd = flags&flagOpenStart != 0, flags&flagOpenEnd != 0
	if printed := f.text(); printed != "" {
		if err := json.Unmarshal([]byte(printed), &p.Printed); err != nil {
			return err
		}
	}
	o.Kind, o.Approximator, o.Missing = domain.ValueKind(f.text()), domain.Approximator(f.text()), f.text()
	s.normalized(&f, flags, &o.Normalized)
	if flags&flagSameNumbers != 0 {
		n := &o.Normalized
		w := &o.Written
		w.Value, w.Values, w.Lower, w.Upper = n.Value, n.Values, n.Lower, n.Upper
	}
	o.Revision, o.CreateTime = f.signed(), recordtime.Time(f.signed())
	o.UpdateTime = o.CreateTime + recordtime.Time(f.signed())
	o.Corrected, o.Stale = flags&flagCorrected != 0, flags&flagStale != 0
	o.ObsStatus = f.texts()
	if flags&flagMore != 0 {
		if err := snapshot.Read(f.text(), o, moreFields); err != nil {
			return err
		}
	}
	if f.damaged || f.rest != "" {
		return errObservation
	}
	return nil
}

// normalized reads the numbers multiplied out.
func (s *observations) normalized(f *fields, flags uint64, n *domain.Normalized) {
	n.Unit = s.about.Unit
	if flags&flagSameUnit == 0 {
		n.Unit = units.Unit{System: units.System(f.text()), Code: f.text(), Candidates: f.text()}
	}
	n.Inexact = flags&flagInexact != 0
	if value := f.text(); value != "" {
		n.Value = s.number(f.decimal(value))
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
}

// decodeObservation decodes one point.
func decodeObservation(stored string, o *domain.Observation) error {
	return new(observations).decode(stored, o)
}

// fields reads one field after the other; after the first that is damaged all are zero.
type fields struct {
	rest    string
	damaged bool
}

func (f *fields) unsigned() uint64 {
	if f.rest != "" && f.rest[0] < 0x80 { // nearly all
		v := uint64(f.rest[0])
		f.rest = f.rest[1:]
		return v
	}
	return f.long()
}

// long reads an integer of any length.
func (f *fields) long() uint64 {
	v, size := snapshot.Uvarint(f.rest)
	if size == 0 {
		f.damaged, f.rest = true, ""
		return 0
	}
	f.rest = f.rest[size:]
	return v
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

func (f *fields) texts() (all []string) {
	for count := f.unsigned(); count > 0 && !f.damaged; count-- {
		all = append(all, f.text())
	}
	return all
}

func (f *fields) decimal(text string) decimal.Decimal {
	d, err := decimal.Parse(text)
	f.damaged = f.damaged || err != nil
	return d
}
