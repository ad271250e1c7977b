package tables

import (
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// decimalField is a number.
func decimalField(c *snapshot.Codec, field uint64, value *decimal.Decimal) {
	if c.Writing() {
		c.Put(field, value.String())
	} else if text, found := c.Take(field); found {
		*value = parsed(c, text, decimal.Parse)
	}
}

// optionalDecimal is a number that may not be there, optionalInt one that counts.
func optionalDecimal(c *snapshot.Codec, field uint64, value **decimal.Decimal) {
	if c.Writing() {
		if *value != nil {
			c.Put(field, (*value).String())
		}
	} else if text, found := c.Take(field); found {
		number := parsed(c, text, decimal.Parse)
		*value = &number
	}
}

func optionalInt(c *snapshot.Codec, field uint64, value **int) {
	if c.Writing() {
		if *value != nil {
			c.Put(field, strconv.Itoa(**value))
		}
	} else if text, found := c.Take(field); found {
		number := parsed(c, text, strconv.Atoi)
		*value = &number
	}
}

// decimals is a list of numbers.
func decimals(c *snapshot.Codec, field uint64, values *[]decimal.Decimal) {
	if c.Writing() {
		for _, value := range *values {
			c.Put(field, value.String())
		}
		return
	}
	for text, found := c.Take(field); found; text, found = c.Take(field) {
		*values = append(*values, parsed(c, text, decimal.Parse))
	}
}

func parsed[T any](c *snapshot.Codec, text string, parse func(string) (T, error)) T {
	value, err := parse(text)
	if err != nil {
		c.Fail()
	}
	return value
}

func unitFields(c *snapshot.Codec, u *units.Unit) {
	c.Text(1, (*string)(&u.System))
	c.Text(2, &u.Code)
	c.Text(3, &u.Candidates)
}

func periodFields(c *snapshot.Codec, p *domain.TimePeriod) {
	c.Text(1, &p.EDTF)
	c.Time(2, &p.Start)
	c.Time(3, &p.End)
	c.Flag(4, &p.OpenStart)
	c.Flag(5, &p.OpenEnd)
	c.Text(6, &p.Missing)
	snapshot.Pointer(c, 7, &p.Printed, printedFields)
}

func printedFields(c *snapshot.Codec, p *domain.Printed) {
	c.Text(1, &p.Text)
	snapshot.Pointer(c, 2, &p.Span, spanFields)
}

func spanFields(c *snapshot.Codec, s *domain.Span) {
	c.Int(1, &s.Start)
	c.Int(2, &s.End)
	c.Text(3, &s.Exact)
	c.Text(4, &s.SHA256)
	c.Text(5, &s.Prefix)
	c.Text(6, &s.Suffix)
	c.Text(7, &s.Role)
	c.Text(8, (*string)(&s.State))
}

func reportedFields(c *snapshot.Codec, r *domain.Reported) {
	c.Text(1, &r.Text)
	c.Text(2, &r.NumberText)
	optionalDecimal(c, 3, &r.Value)
	c.Text(4, &r.UnitSymbol)
	c.Text(5, &r.MultiplierText)
	snapshot.List(c, 6, &r.Spans, spanFields)
}

func boundFields(c *snapshot.Codec, b *domain.Bound) {
	decimalField(c, 1, &b.Value)
	c.Flag(2, &b.Inclusive)
}

func normalizedFields(c *snapshot.Codec, n *domain.Normalized) {
	optionalDecimal(c, 1, &n.Value)
	decimals(c, 2, &n.Values)
	snapshot.Pointer(c, 3, &n.Lower, boundFields)
	snapshot.Pointer(c, 4, &n.Upper, boundFields)
	snapshot.Struct(c, 5, &n.Unit, unitFields)
	c.Flag(6, &n.Inexact)
}

func significantFields(c *snapshot.Codec, s *domain.Significant) {
	c.Int(1, &s.Min)
	c.Int(2, &s.Max)
}
