package revtable

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// List asks for a page of the resources in a table.
type List struct {
	At recordtime.Time
	// Filter and Order were parsed with the resource's schema.
	Filter listquery.Expr
	Order  listquery.Order
	// After are the order keys of the last row of the page before.
	After []any
	Limit int
	// ShowDeleted lists tombstones too, ShowRestricted what not everybody may read.
	ShowDeleted, ShowRestricted bool
}

// Source is where the rows of a list come from.
type Source struct {
	// Table is the table of revisions with the alias s, joined to what else the
	// query needs.
	Table string
	// Where is a condition that comes first, with its arguments.
	Where string
	Args  []any
	// Columns are those of filters, Order those of orders: where an order has its
	// own index the two differ.
	Columns, Order listquery.Columns
}

// SQL builds the query of a page; its one column is the snapshot.
func (l List) SQL(from Source) (sql string, args []any, err error) {
	where, err := l.Matching(from)
	if err != nil {
		return "", nil, err
	}
	after, afterArgs, err := listquery.After(l.Order, l.After, from.Order)
	if err != nil {
		return "", nil, err
	}
	where.Add(after, afterArgs...)
	order, err := listquery.OrderSQL(l.Order, from.Order)
	if err != nil {
		return "", nil, err
	}
	sql = "SELECT s.snapshot FROM " + from.Table + " WHERE " + where.String() + " ORDER BY " + order + " " + recorddb.Limit
	return sql, where.Args(l.Limit), nil
}

// Matching are the conditions that a row is one of the list, on whatever page.
func (l List) Matching(from Source) (where recorddb.Conditions, err error) {
	where.Add(from.Where, from.Args...)
	at := min(l.At, recordtime.Forever-1) // what is current ends at Forever
	where.Add(Visible("s"), at, at)
	where.Add(Shown("s", l.ShowDeleted, l.ShowRestricted))
	filter, args, err := listquery.SQL(l.Filter, from.Columns)
	where.Add(filter, args...)
	return where, err
}
