package datafile

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	numeral "github.com/onrecord/onrecord/services/platform/decimal"
)

// numbers sets the value or the values, and the bounds of an observation.
func (a *assembler) numbers(o *metricsv1.ImportedObservation, cells values) (err *fault) {
	if o.Value, err = a.number(idValue, cells.fixed(idValue)); err != nil {
		return err
	}
	for _, written := range a.several(cells.fixed(idValues)) {
		one, err := a.number(idValues, written)
		if err != nil {
			return err
		}
		if one == nil {
			return &fault{interchange.MalformedRow, idValues, "one of several numbers is none"}
		}
		o.Values = append(o.Values, one)
	}
	if o.Lower, err = a.bound(idLower, cells.fixed(idLower), idLowerIncl, cells.fixed(idLowerIncl)); err != nil {
		return err
	}
	o.Upper, err = a.bound(idUpper, cells.fixed(idUpper), idUpperIncl, cells.fixed(idUpperIncl))
	return err
}

// noNumber says that a value is written as none.
func noNumber(written string) bool {
	return slices.Contains([]string{"", "NaN", "nan", "#N/A"}, written)
}

// number is a value as it is written, nil if none is. Marks that the mapping does not
// explain are refused: 1.234 of a file with decimal commas may be 1234.
func (a *assembler) number(id, written string) (*decimal.Decimal, *fault) {
	if noNumber(written) {
		return nil, nil //nolint:nilnil // no number, and no fault
	}
	if a.mapping == nil || !a.mapping.DecimalComma && a.mapping.Thousands == "" {
		return decimalOf(id, written)
	}
	point, other := ".", ","
	if a.mapping.DecimalComma {
		point, other = ",", "."
	}
	whole, fraction, fractional := strings.Cut(written, point)
	whole, grouped := ungrouped(whole, a.mapping.Thousands)
	if !grouped || strings.ContainsAny(whole+fraction, point+other) || a.mapping.Thousands != "" && strings.Contains(fraction, a.mapping.Thousands) {
		return nil, &fault{interchange.MalformedRow, id, fmt.Sprintf("%q is no number as the mapping says they are written: decimal mark %q, %s", written, point, a.mapping.grouping())}
	}
	if fractional {
		whole += "." + fraction
	}
	return decimalOf(id, whole)
}

// These are written in ways that a mapping explains.
var (
	inGroups     = regexp.MustCompile(`^[+-]?[0-9]{1,3}(?:([,.'’\s\x{a0}\x{202f}])[0-9]{3})+(?:[.,][0-9]+)?$`)
	decimalComma = regexp.MustCompile(`^[+-]?[0-9]+,[0-9]+$`)
	flagged      = regexp.MustCompile(`^[+-]?[0-9][0-9.,]*\s*([^0-9.,\s].*)$`)
	bracketed    = regexp.MustCompile(`^\([0-9][0-9.,]*\)$`)
)

// decimalOf is a number, or how a mapping could say what stands where one must.
func decimalOf(id, written string) (*decimal.Decimal, *fault) {
	_, err := numeral.Parse(written)
	if wrong, is := errors.AsType[*numeral.ParseError](err); !is || wrong.Reason != numeral.Malformed {
		return &decimal.Decimal{Value: written}, nil // one that is too long is for the service to refuse
	}
	var hint string
	switch found := inGroups.FindStringSubmatch(written); {
	case found != nil:
		hint = fmt.Sprintf("thousands: %q of a mapping says what separates its digits, and decimalComma: true that a comma comes before a fraction", found[1])
	case decimalComma.MatchString(written):
		hint = "decimalComma: true of a mapping says that the comma comes before a fraction"
	case bracketed.MatchString(written):
		hint = "if the brackets stand for minus, write it with one"
	case flagged.MatchString(written):
		flag := flagged.FindStringSubmatch(written)[1]
		hint = fmt.Sprintf("flags of a mapping for a table say which OBS_STATUS stands after a number, such as flags: {%q: P}; a unit or a multiplier is said by unit and unitMult of its template, and taken out of the file", flag)
	case !strings.ContainsAny(written, "0123456789"):
		hint = fmt.Sprintf("if it stands for none, missing of a mapping for a table says why there is none, such as missing: [{value: %q, reason: NOT_COLLECTED}]", written)
	default:
		hint = "only digits, one point and an exponent may stand in a decimal"
	}
	return nil, &fault{MalformedDecimal, id, fmt.Sprintf("%q is no decimal: %s", written, hint)}
}

// grouping says how the mapping writes thousands, for people.
func (m *Mapping) grouping() string {
	if m.Thousands == "" {
		return "digits not in groups"
	}
	return fmt.Sprintf("groups of three digits by %q", m.Thousands)
}

// ungrouped takes the marks of thousands out of a whole number: only from before
// groups of three digits, all of them or none. A mark after a 0 is that of a fraction.
func ungrouped(whole, mark string) (string, bool) {
	if mark == "" || !strings.Contains(whole, mark) {
		return whole, true
	}
	groups := strings.Split(whole, mark)
	const three = 3
	for i, group := range groups {
		if i == 0 {
			group = strings.TrimLeft(group, "+-")
		}
		digits := strings.Trim(group, "0123456789") == ""
		if !digits || group == "" || len(group) > three || i > 0 && len(group) < three || i == 0 && group[0] == '0' {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func (a *assembler) bound(id, written, inclusiveID, inclusive string) (*metricsv1.Bound, *fault) {
	is, err := truth(inclusiveID, inclusive)
	if err != nil {
		return nil, err
	}
	number, err := a.number(id, written)
	if number == nil {
		return nil, err
	}
	bound := &metricsv1.Bound{Value: number}
	if inclusive != "" {
		bound.Inclusive = &is
	}
	return bound, nil
}
