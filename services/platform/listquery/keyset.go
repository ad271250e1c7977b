package listquery

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// OrderSQL returns the list that follows ORDER BY.
func OrderSQL(order Order, columns Columns) (string, error) {
	terms := make([]string, len(order))
	for i, field := range order {
		expr := columns[field.Field].sort()
		if expr == "" {
			return "", fmt.Errorf("sortable field %q has no column", field.Field)
		}
		terms[i] = expr + direction(field.Desc)
	}
	return strings.Join(terms, ", "), nil
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return " ASC"
}

// After compiles the condition that a row comes after the one with the given
// keys: the values of the order's fields, each a string or an int64, as the
// page token returns them. No keys, the first page, give "".
//
// For "a, b desc" and the id it is a >= ? AND (a > ? OR (b <= ? AND (b < ? OR
// (id < ?)))): the outer comparisons repeat what follows from the rest, so that
// an index can seek to the place. A number of keys that does not fit
// the order is INVALID_ARGUMENT: the token is not of this request.
func After(order Order, keys []any, columns Columns) (where string, args []any, err error) {
	if len(keys) == 0 {
		return "", nil, nil
	}
	if len(keys) != len(order) {
		return "", nil, errs.Invalid("page_token", "PAGE_TOKEN_MISMATCH", "the token belongs to another order")
	}
	w := writer{columns: columns}
	w.after(order, keys)
	if w.err != nil {
		return "", nil, w.err
	}
	return w.sql.String(), w.args, nil
}

func (w *writer) after(order Order, keys []any) {
	strict := ">"
	if order[0].Desc {
		strict = "<"
	}
	if len(order) == 1 {
		w.key(order[0], strict, keys[0])
		return
	}
	w.key(order[0], strict+"=", keys[0])
	w.sql.WriteString(" AND (")
	w.key(order[0], strict, keys[0])
	w.sql.WriteString(" OR (")
	w.after(order[1:], keys[1:])
	w.sql.WriteString("))")
}

func (w *writer) key(field OrderField, op string, key any) {
	switch key.(type) {
	case string, int64:
	default:
		w.fail(fmt.Errorf("field %q: a key cannot be a %T", field.Field, key))
		return
	}
	c := Compare{Field: field.Field, Op: Op(op)}
	w.fragment(c, w.columns[field.Field].sort())
	w.sql.WriteString(" " + op + " ")
	w.fragment(c, "?", key)
}
