package listquery

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// operand is the right side of a comparison before its type is known.
type operand struct {
	form form
	text string // of a word or a string
	num  int64  // of an integer
}

type form int

const (
	otherForm form = iota // a fraction, a path, a parenthesis
	wordForm
	stringForm
	integerForm
)

func (o operand) isText() bool { return o.form == wordForm || o.form == stringForm }

// is reports whether the operand is this word, not quoted.
func (o operand) is(word string) bool { return o.form == wordForm && o.text == word }

// word is what may stand without quotes. Anything else is quoted, so that no
// character is read as an operator by surprise.
var word = regexp.MustCompile(`^(\*|[A-Za-z_][A-Za-z0-9_]*)$`)

func (c *checker) operand(e *expr.Expr) operand {
	if ident := e.GetIdentExpr(); ident != nil {
		return wordOperand(ident.GetName())
	}
	constant := e.GetConstExpr()
	if _, ok := constant.GetConstantKind().(*expr.Constant_Int64Value); ok {
		return operand{form: integerForm, num: constant.GetInt64Value()}
	}
	if _, ok := constant.GetConstantKind().(*expr.Constant_StringValue); ok {
		// After ":" the parser makes a string of a word; the source tells.
		at := int(c.positions[e.GetId()])
		if at < len(c.text) && c.text[at] != '"' && c.text[at] != '\'' {
			return wordOperand(constant.GetStringValue())
		}
		return operand{form: stringForm, text: constant.GetStringValue()}
	}
	return operand{}
}

func wordOperand(text string) operand {
	if !word.MatchString(text) {
		return operand{}
	}
	return operand{form: wordForm, text: text}
}

// value reads the operand as the kind of the field.
func (f Field) value(o operand, op Op) (Value, error) {
	switch f.Kind {
	case String, StringMap, StringList:
		return f.textValue(o, op)
	case Int:
		return f.intValue(o)
	case Bool:
		if !o.is("true") && !o.is("false") {
			return Value{}, f.bad("true or false is expected, without quotes")
		}
		return Value{Bool: o.is("true")}, nil
	case Enum:
		if !o.isText() || !slices.Contains(f.Enum, o.text) {
			return Value{}, f.bad("the values are %s", strings.Join(f.Enum, ", "))
		}
		return Value{Text: o.text}, nil
	case Decimal:
		return f.decimalValue(o)
	case Time:
		return f.timeValue(o)
	default:
		return f.periodValue(o)
	}
}

func (f Field) bad(format string, args ...any) *errs.Error {
	e := badFilter("FILTER_VALUE_INVALID", f.Name+": "+format, args...)
	return e.With("filter_field", f.Name)
}

func (f Field) textValue(o operand, op Op) (Value, error) {
	switch {
	case !o.isText():
		return Value{}, f.bad("a string is expected: put the value into quotes")
	case o.is("*"):
		return Value{}, f.bad("* is no pattern here: %s:* asks whether the field is set", f.Name)
	case strings.ContainsRune(o.text, 0):
		return Value{}, f.bad("a string cannot hold NUL")
	case f.Kind == String && op == OpHas && o.text == "":
		return Value{}, f.bad("the empty string is part of every string")
	}
	text := o.text
	if f.Normalize != nil {
		normalized, err := f.Normalize(text)
		if err != nil {
			return Value{}, f.bad("%s", message(err)).Wrap(err)
		}
		text = normalized
	}
	return Value{Text: text}, nil
}

func message(err error) string {
	if e, ok := err.(*errs.Error); ok { //nolint:errorlint // only an error made for the caller is shown in full
		return e.Message
	}
	return err.Error()
}

func (f Field) intValue(o operand) (Value, error) {
	if o.form == integerForm {
		return Value{Int: o.num}, nil
	}
	n, err := strconv.ParseInt(o.text, 10, 64)
	if o.form != stringForm || err != nil {
		return Value{}, f.bad("an integer of 64 bits is expected")
	}
	return Value{Int: n}, nil
}

func (f Field) decimalValue(o operand) (Value, error) {
	if o.form != stringForm {
		return Value{}, f.bad(`a decimal is written in quotes: %s > "1e9"`, f.Name)
	}
	number, err := decimal.Parse(o.text)
	if err != nil {
		return Value{}, f.bad("%s", message(err)).Wrap(err)
	}
	return Value{Text: number.SortKey()}, nil
}

func (f Field) timeValue(o operand) (Value, error) {
	instant, err := time.Parse(time.RFC3339Nano, o.text)
	if o.form != stringForm || err != nil {
		return Value{}, f.bad(`a time in RFC 3339 is expected, in quotes: "2024-05-01T00:00:00Z"`)
	}
	if instant.Nanosecond()%1000 != 0 {
		return Value{}, f.bad("times are kept to the microsecond: at most six decimals of a second")
	}
	return Value{Time: recordtime.FromTime(instant)}, nil
}

func (f Field) periodValue(o operand) (Value, error) {
	if o.form != stringForm {
		return Value{}, f.bad(`a date or period in EDTF is expected, in quotes: "2023-11", "2019/.."`)
	}
	period, err := edtf.Parse(o.text)
	if err != nil {
		return Value{}, f.bad("%s", message(err)).Wrap(err)
	}
	start, end := PeriodBounds(period)
	return Value{Time: start, End: end}, nil
}

// PeriodBounds returns the two columns that a Period is stored in: its start
// and its exclusive end. An open side is edtf.Earliest or edtf.Latest.
func PeriodBounds(p edtf.Period) (start, end recordtime.Time) {
	return recordtime.FromTime(p.Start), recordtime.FromTime(p.End)
}
