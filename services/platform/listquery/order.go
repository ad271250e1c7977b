package listquery

import (
	"slices"
	"strings"

	"go.einride.tech/aip/ordering"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Order is a total order of a list: its last field is the schema's ID.
type Order []OrderField

// OrderField is one field of an Order.
type OrderField struct {
	Field string
	Desc  bool
}

// ParseOrder parses the order_by of a request: up to MaxOrderFields field names
// with an optional "asc" or "desc", separated by commas. Empty text means the
// schema's default. The order is completed with the ID, in the direction of the
// last field named, so that one index can serve it.
//
// Every error is INVALID_ARGUMENT for the field order_by. Reasons:
// ORDER_MALFORMED, ORDER_TOO_LONG, UNKNOWN_ORDER_FIELD, ORDER_FIELD_TWICE.
func ParseOrder(schema Schema, text string) (Order, error) {
	if strings.TrimSpace(text) == "" {
		text = schema.DefaultOrder
	}
	var parsed ordering.OrderBy
	if err := parsed.UnmarshalString(strings.TrimSpace(text)); err != nil {
		return nil, badOrder("ORDER_MALFORMED", `a list of fields is expected, as in "create_time desc, name"`)
	}
	if n := len(parsed.Fields); n > MaxOrderFields {
		return nil, badOrder("ORDER_TOO_LONG", "%d fields, the limit is %d", n, MaxOrderFields)
	}
	var order Order
	for _, field := range parsed.Fields {
		if err := schema.checkOrder(field.Path, order); err != nil {
			return nil, err
		}
		order = append(order, OrderField{Field: field.Path, Desc: field.Desc})
	}
	return order.complete(schema.ID), nil
}

func badOrder(reason, format string, args ...any) *errs.Error {
	return errs.Invalid("order_by", reason, format, args...)
}

func (s Schema) checkOrder(name string, before Order) error {
	field, ok := s.field(name)
	if name != s.ID && (!ok || !field.Sortable) {
		return badOrder("UNKNOWN_ORDER_FIELD", "cannot order by %q; the fields are %s", excerpt(name), s.sortable())
	}
	if before.has(name) {
		return badOrder("ORDER_FIELD_TWICE", "%s is named twice", excerpt(name))
	}
	return nil
}

func (o Order) has(name string) bool {
	return slices.ContainsFunc(o, func(f OrderField) bool { return f.Field == name })
}

// complete makes the order total. Fields after the ID decide nothing and go.
func (o Order) complete(id string) Order {
	if i := slices.IndexFunc(o, func(f OrderField) bool { return f.Field == id }); i >= 0 {
		return o[:i+1]
	}
	return append(o, OrderField{Field: id, Desc: len(o) > 0 && o[len(o)-1].Desc})
}
