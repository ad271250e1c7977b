package listquery

import (
	"errors"
	"slices"
	"strings"

	"go.einride.tech/aip/filtering"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
)

// ParseFilter parses the filter of a request and checks it against the schema.
// Empty text gives a nil Expr.
//
// Every error is INVALID_ARGUMENT for the field filter. Reasons:
// FILTER_MALFORMED, FILTER_TOO_LONG, FILTER_TOO_DEEP, FILTER_TOO_COMPLEX,
// FILTER_BARE_WORD, FILTER_FUNCTION, UNKNOWN_FILTER_FIELD,
// FILTER_OPERATOR_INVALID, FILTER_VALUE_INVALID.
func ParseFilter(schema Schema, text string) (Expr, error) {
	text, err := scan(text)
	if err != nil || text == "" {
		return nil, err
	}
	var parser filtering.Parser
	parser.Init(text)
	parsed, err := parser.Parse()
	if err != nil {
		return nil, syntaxError(text, err)
	}
	c := checker{schema: schema, text: text, positions: parsed.GetSourceInfo().GetPositions()}
	return c.expression(parsed.GetExpr())
}

// syntaxError says where the parser stopped: its innermost error knows best.
func syntaxError(text string, err error) error {
	place := ""
	for ; err != nil; err = errors.Unwrap(err) {
		if at, ok := err.(interface{ Position() filtering.Position }); ok { // walks the chain itself
			place = text[min(int(at.Position().Offset), len(text)):]
		}
	}
	if place == "" {
		return badFilter("FILTER_MALFORMED", "the filter ends too early")
	}
	return badFilter("FILTER_MALFORMED", "cannot be understood from here on: %s", excerpt(place))
}

// excerpt keeps errors short whatever the caller sent.
func excerpt(text string) string {
	const length = 40
	if runes := []rune(text); len(runes) > length {
		return string(runes[:length]) + "…"
	}
	return text
}

// checker turns the parser's tree into a typed one.
type checker struct {
	schema    Schema
	text      string
	positions map[int64]int32
}

func (c *checker) expression(e *expr.Expr) (Expr, error) {
	call := e.GetCallExpr()
	if call == nil {
		return nil, c.bareWord(e)
	}
	args := call.GetArgs()
	switch call.GetFunction() {
	case filtering.FunctionAnd, filtering.FunctionFuzzyAnd:
		return c.pair(args, func(l, r Expr) Expr { return And{l, r} })
	case filtering.FunctionOr:
		return c.pair(args, func(l, r Expr) Expr { return Or{l, r} })
	case filtering.FunctionNot:
		if len(args) != 1 {
			return nil, badFilter("FILTER_MALFORMED", "NOT takes one operand")
		}
		operand, err := c.expression(args[0])
		if err != nil {
			return nil, err
		}
		return Not{operand}, nil
	default:
		if len(args) != 2 || !filtering.TokenType(call.GetFunction()).IsComparator() {
			return nil, badFilter("FILTER_FUNCTION", "functions are not supported")
		}
		return c.comparison(Op(call.GetFunction()), args[0], args[1])
	}
}

func (c *checker) pair(args []*expr.Expr, join func(l, r Expr) Expr) (Expr, error) {
	if len(args) != 2 {
		return nil, badFilter("FILTER_MALFORMED", "AND and OR join two operands")
	}
	left, err := c.expression(args[0])
	if err != nil {
		return nil, err
	}
	right, err := c.expression(args[1])
	if err != nil {
		return nil, err
	}
	return join(left, right), nil
}

func (c *checker) bareWord(e *expr.Expr) error {
	word := e.GetConstExpr().GetStringValue()
	if names, ok := path(e); ok {
		word = strings.Join(names, ".")
	}
	if word == "" {
		word = "a number"
	}
	return badFilter("FILTER_BARE_WORD",
		"%q has no field and operator: use the :search method to find words", excerpt(word))
}

// comparison checks one restriction.
func (c *checker) comparison(op Op, left, right *expr.Expr) (Expr, error) {
	names, ok := path(left)
	if !ok {
		return nil, badFilter("FILTER_MALFORMED", "the left side of %s must be a field", op)
	}
	field, key, err := c.resolve(names)
	if err != nil {
		return nil, err
	}
	operand := c.operand(right)
	if op == OpHas && operand.is("*") {
		op = OpSet
	}
	compare := Compare{Field: field.Name, Kind: field.Kind, Key: key, Op: op}
	if field.Kind == StringMap && key == "" {
		if err := compare.wholeMap(operand); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(field.ops(), compare.Op) {
		return nil, badFilter("FILTER_OPERATOR_INVALID", "%s does not take %s, only %s", field.Name, op, opList(field.ops()))
	}
	if compare.Op == OpSet {
		return compare, nil
	}
	compare.Value, err = field.value(operand, compare.Op)
	return compare, err
}

// wholeMap reads a comparison of a map without a key: dimensions:REF_AREA asks
// for a key, dimensions:* for any key, and nothing else can be asked.
func (c *Compare) wholeMap(o operand) error {
	switch {
	case c.Op == OpSet:
		return nil
	case c.Op != OpHas:
		return badFilter("FILTER_OPERATOR_INVALID", "%s needs a key: %s.KEY %s \"value\"", c.Field, c.Field, c.Op)
	case !o.isText() || o.text == "":
		return badFilter("FILTER_VALUE_INVALID", "%s: a key is a string", c.Field)
	}
	c.Op, c.Key = OpSet, o.text
	return nil
}

func opList(ops []Op) string {
	texts := make([]string, len(ops))
	for i, op := range ops {
		texts[i] = string(op)
	}
	return strings.Join(texts, " ")
}

// resolve finds the field of a path, and the key if it is one of a map.
func (c *checker) resolve(names []string) (field Field, key string, err error) {
	whole := strings.Join(names, ".")
	if f, ok := c.schema.field(whole); ok && f.Kind != 0 {
		return f, "", nil
	}
	if last := len(names) - 1; last > 0 {
		if f, ok := c.schema.field(strings.Join(names[:last], ".")); ok && f.Kind == StringMap && names[last] != "" {
			return f, names[last], nil
		}
	}
	return Field{}, "", badFilter("UNKNOWN_FILTER_FIELD", "there is no field %q; the fields are %s", excerpt(whole), c.schema.filterable())
}

// path returns the names of a.b.c.
func path(e *expr.Expr) ([]string, bool) {
	var names []string
	for {
		switch {
		case e.GetIdentExpr() != nil:
			names = append(names, e.GetIdentExpr().GetName())
			slices.Reverse(names)
			return names, true
		case e.GetSelectExpr() != nil:
			names = append(names, e.GetSelectExpr().GetField())
			e = e.GetSelectExpr().GetOperand()
		default:
			return nil, false
		}
	}
}
