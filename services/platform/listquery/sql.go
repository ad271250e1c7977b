package listquery

import (
	"fmt"
	"strings"
)

// SQL compiles a filter to a condition for WHERE, alone or joined by AND; a nil
// filter gives "". Its parameters are ?, the arguments string, int64 or bool. It fails only when
// a column is missing (see Columns.Check).
//
// The condition may be NULL where the filter is false, which WHERE treats
// alike; it must not be negated.
func SQL(expr Expr, columns Columns) (where string, args []any, err error) {
	if expr == nil {
		return "", nil, nil
	}
	w := writer{columns: columns}
	w.expression(expr, false)
	if w.err != nil {
		return "", nil, w.err
	}
	return w.sql.String(), w.args, nil
}

// writer writes SQL and gathers its arguments.
type writer struct {
	columns Columns
	sql     strings.Builder
	args    []any
	err     error
}

// expression writes e, or its negation. NOT is pushed down to the comparisons:
// in a condition without NOT above a comparison, NULL and false act alike, and
// the comparisons under NOT are made two-valued by IS NOT TRUE. So indexes
// still serve the comparisons that are not negated.
func (w *writer) expression(e Expr, negate bool) {
	switch e := e.(type) {
	case Not:
		w.expression(e.Operand, !negate)
	case And:
		w.pair(e.Left, e.Right, "AND", "OR", negate)
	case Or:
		w.pair(e.Left, e.Right, "OR", "AND", negate)
	case Compare:
		w.sql.WriteByte('(')
		w.compare(e)
		w.sql.WriteByte(')')
		if negate {
			w.sql.WriteString(" IS NOT TRUE")
		}
	default:
		w.fail(fmt.Errorf("unknown node %T", e))
	}
}

func (w *writer) pair(left, right Expr, operator, negated string, negate bool) {
	if negate {
		operator = negated
	}
	w.sql.WriteByte('(')
	w.expression(left, negate)
	w.sql.WriteString(" " + operator + " ")
	w.expression(right, negate)
	w.sql.WriteByte(')')
}

// sqlOps are the operators of values that SQL compares as we do.
var sqlOps = map[Op]string{OpEq: "=", OpNe: "<>", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">="}

func (w *writer) compare(c Compare) {
	column := w.columns[c.Field]
	switch {
	case c.Op == OpSet:
		w.set(c, column)
	case c.Kind == StringMap && c.Op == OpNe:
		w.fragment(c, column.HasKey, c.Key)
		w.sql.WriteString(" AND NOT ")
		w.fragment(c, column.Has, c.Key, c.Value.Text)
	case c.Kind == StringMap:
		w.fragment(c, column.Has, c.Key, c.Value.Text)
	case c.Kind == StringList && c.Op == OpNe:
		w.set(c, column)
		w.sql.WriteString(" AND NOT ")
		w.fragment(c, column.Has, c.Value.Text)
	case c.Kind == StringList:
		w.fragment(c, column.Has, c.Value.Text)
	case c.Kind == Period:
		w.period(c, column)
	case c.Op == OpHas:
		// Removing the text changes the string: the one test for "contains"
		// that is byte by byte and the same on every engine.
		w.fragment(c, column.Expr)
		w.sql.WriteString(" <> replace(")
		w.fragment(c, column.Expr)
		w.sql.WriteString(", ")
		w.fragment(c, "?", c.Value.Text)
		w.sql.WriteString(", '')")
	default:
		w.fragment(c, column.Expr)
		w.sql.WriteString(" " + sqlOps[c.Op] + " ")
		w.fragment(c, "?", c.argument())
	}
}

// argument is the value as it is bound, for the kinds with one column.
func (c Compare) argument() any {
	switch c.Kind {
	case Int:
		return c.Value.Int
	case Bool:
		return c.Value.Bool
	case Time:
		return int64(c.Value.Time)
	default:
		return c.Value.Text
	}
}

func (w *writer) set(c Compare, column Column) {
	switch {
	case c.Kind == StringMap && c.Key != "":
		w.fragment(c, column.HasKey, c.Key)
	case column.Set != "" || c.Kind == StringMap || c.Kind == StringList:
		w.fragment(c, column.Set)
	default:
		w.fragment(c, column.Expr)
		w.sql.WriteString(" IS NOT NULL")
	}
}

// period compares [start, end) with the value's, as the package comment says.
func (w *writer) period(c Compare, column Column) {
	start, end := int64(c.Value.Time), int64(c.Value.End)
	side := func(expr, op string, arg int64) {
		w.fragment(c, expr)
		w.sql.WriteString(" " + op + " ")
		w.fragment(c, "?", arg)
	}
	switch c.Op {
	case OpLt:
		side(column.End, "<=", start)
	case OpGe:
		side(column.End, ">", start)
	case OpGt:
		side(column.Expr, ">=", end)
	case OpLe:
		side(column.Expr, "<", end)
	case OpNe:
		side(column.End, "<=", start)
		w.sql.WriteString(" OR ")
		side(column.Expr, ">=", end)
	default:
		side(column.Expr, "<", end)
		w.sql.WriteString(" AND ")
		side(column.End, ">", start)
	}
}

// fragment writes an SQL text of the engine, with an argument for each of its ? marks.
func (w *writer) fragment(c Compare, sql string, args ...any) {
	if sql == "" || strings.Count(sql, "?") != len(args) {
		w.fail(fmt.Errorf("field %q: no SQL with %d parameters for %s", c.Field, len(args), c.Op))
		return
	}
	w.sql.WriteString(sql)
	w.args = append(w.args, args...)
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}
