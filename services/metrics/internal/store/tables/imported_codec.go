package tables

import (
	"encoding/binary"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// formatImported is the first byte of the data of an imported figure: a plain list of fields, as formatPoint.
const formatImported = 4

// Bits of the flags of an imported figure. The order is by how often they are set: the usual ones fit one byte.
const (
	importedValue = 1 << iota
	importedLower
	importedLowerInclusive
	importedUpper
	importedUpperInclusive
	importedCorrected
	importedScaled // the normalised numbers follow; else they are those written × 10^unit_mult
	importedInexact
	importedOpenStart
	importedOpenEnd
	importedMore
)

// microsPerDay is a day on the valid axis.
const microsPerDay = 24 * 60 * 60 * 1_000_000

// encodeImported writes what no other figure shares: its period and its numbers, and what few have.
func encodeImported(f *domain.Figure) []byte {
	flags := importedFlags(f)
	more := snapshot.Append(nil, f, importedMoreFields)
	if len(more) > 0 {
		flags |= importedMore
	}
	buf := make([]byte, 0, 32)
	text := func(s string) { buf = append(binary.AppendUvarint(buf, uint64(len(s))), s...) }
	number := func(d *decimal.Decimal) {
		if d != nil {
			text(d.String())
		}
	}
	buf = binary.AppendUvarint(append(buf, formatImported), flags)
	text(f.Period.EDTF)
	if f.Period.Dated() {
		buf = appendLength(buf, f.Period)
	}
	number(f.Value)
	number(valueOf(f.Lower))
	number(valueOf(f.Upper))
	if flags&importedScaled != 0 {
		text(optional(f.Normalized.Value))
		text(optional(valueOf(f.Normalized.Lower)))
		text(optional(valueOf(f.Normalized.Upper)))
	}
	if len(more) > 0 {
		text(string(more))
	}
	return buf
}

// appendLength writes the length of a period: whole days plus one, or 0 and its end.
func appendLength(buf []byte, p domain.TimePeriod) []byte {
	if length := p.End - p.Start; length >= 0 && length%microsPerDay == 0 {
		return binary.AppendUvarint(buf, uint64(length/microsPerDay)+1) //nolint:gosec // not negative
	}
	return binary.AppendVarint(append(buf, 0), int64(p.End))
}

func importedFlags(f *domain.Figure) (flags uint64) {
	set := func(on bool, flag uint64) {
		if on {
			flags |= flag
		}
	}
	set(f.Value != nil, importedValue)
	set(f.Lower != nil, importedLower)
	set(f.Lower != nil && f.Lower.Inclusive, importedLowerInclusive)
	set(f.Upper != nil, importedUpper)
	set(f.Upper != nil && f.Upper.Inclusive, importedUpperInclusive)
	set(f.Corrected, importedCorrected)
	set(f.Normalized.Inexact, importedInexact)
	set(f.Period.OpenStart, importedOpenStart)
	set(f.Period.OpenEnd, importedOpenEnd)
	set(!scalesTo(f.Value, f.UnitMult, f.Normalized.Value) || !scalesTo(valueOf(f.Lower), f.UnitMult, valueOf(f.Normalized.Lower)) ||
		!scalesTo(valueOf(f.Upper), f.UnitMult, valueOf(f.Normalized.Upper)), importedScaled)
	return flags
}

func valueOf(b *domain.Bound) *decimal.Decimal {
	if b == nil {
		return nil
	}
	return &b.Value
}

// scalesTo says whether a normalised number is the one written × 10^mult.
func scalesTo(written *decimal.Decimal, mult int, normalized *decimal.Decimal) bool {
	if written == nil || normalized == nil {
		return written == normalized
	}
	scaled, err := written.Scale10(mult)
	return err == nil && scaled == *normalized
}

// decodeImported reads what encodeImported writes into a figure that has its UnitMult and the start of its period.
func decodeImported(stored string, f *domain.Figure, start recordtime.Time) error {
	if stored == "" || stored[0] != formatImported {
		return errObservation
	}
	in := fields{rest: stored[1:]}
	flags := in.unsigned()
	f.Period = in.importedPeriod(flags, start)
	f.Corrected, f.Normalized.Inexact = flags&importedCorrected != 0, flags&importedInexact != 0
	if flags&importedValue != 0 {
		f.Value = in.present(in.text())
	}
	if flags&importedLower != 0 {
		f.Lower = &domain.Bound{Value: in.decimal(in.text()), Inclusive: flags&importedLowerInclusive != 0}
	}
	if flags&importedUpper != 0 {
		f.Upper = &domain.Bound{Value: in.decimal(in.text()), Inclusive: flags&importedUpperInclusive != 0}
	}
	if flags&importedScaled != 0 {
		f.Normalized.Value = in.present(in.text())
		f.Normalized.Lower, f.Normalized.Upper = in.bound(f.Lower), in.bound(f.Upper)
	} else {
		in.scale(f)
	}
	if flags&importedMore != 0 && !in.damaged {
		if err := snapshot.Read(in.text(), f, importedMoreFields); err != nil {
			return err
		}
	}
	if in.damaged || in.rest != "" {
		return errObservation
	}
	return nil
}

func (f *fields) importedPeriod(flags uint64, start recordtime.Time) domain.TimePeriod {
	p := domain.TimePeriod{EDTF: f.text(), OpenStart: flags&importedOpenStart != 0, OpenEnd: flags&importedOpenEnd != 0}
	if !p.Dated() {
		p.Missing = domain.NotStated
		return p
	}
	p.Start = start
	if days := f.unsigned(); days > 0 {
		p.End = start + recordtime.Time(days-1)*microsPerDay //nolint:gosec // as written
	} else {
		p.End = recordtime.Time(f.signed())
	}
	return p
}

// present reads a number, nil for "".
func (f *fields) present(text string) *decimal.Decimal {
	if text == "" {
		return nil
	}
	d := f.decimal(text)
	return &d
}

// bound reads the number of an end, as inclusive as another.
func (f *fields) bound(as *domain.Bound) *domain.Bound {
	value := f.present(f.text())
	if value == nil || as == nil {
		return nil
	}
	return &domain.Bound{Value: *value, Inclusive: as.Inclusive}
}

// scale multiplies the numbers of a figure out.
func (f *fields) scale(figure *domain.Figure) {
	times := func(d decimal.Decimal) decimal.Decimal {
		if figure.UnitMult == 0 {
			return d
		}
		scaled, err := d.Scale10(figure.UnitMult)
		f.damaged = f.damaged || err != nil
		return scaled
	}
	if figure.Value != nil {
		value := times(*figure.Value)
		figure.Normalized.Value = &value
	}
	if figure.Lower != nil {
		figure.Normalized.Lower = &domain.Bound{Value: times(figure.Lower.Value), Inclusive: figure.Lower.Inclusive}
	}
	if figure.Upper != nil {
		figure.Normalized.Upper = &domain.Bound{Value: times(figure.Upper.Value), Inclusive: figure.Upper.Inclusive}
	}
}

// importedMoreFields is what few have; the note has a tag, be it empty.
func importedMoreFields(c *snapshot.Codec, f *domain.Figure) {
	if c.Writing() && f.Retraction == nil && f.Note == (domain.RevisionNote{Tag: domain.TagImport}) && len(f.Values) == 0 {
		return
	}
	snapshot.Pointer(c, 1, &f.Retraction, retractionFields)
	if c.Writing() {
		c.Put(2, f.Note.Tag)
	} else if tag, found := c.Take(2); found {
		f.Note.Tag = tag
	}
	c.Text(3, &f.Note.Comment)
	decimals(c, 4, &f.Values)
	decimals(c, 5, &f.Normalized.Values)
}
