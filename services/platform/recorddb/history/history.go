package history

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Table is a table of revisions. Make it once, as a package variable.
type Table struct {
	kind        int
	after, from string // SQL, with %s where the condition of the public goes
	hidden      string // the condition of rows that are not public
}

// NewTable describes a table whose rows are of a kind: they have the columns
// record_from, caller and snapshot, and those named id and revision. Names are
// written into SQL: they come from code, never from a caller.
func NewTable(kind int, name, id, revision string) *Table {
	selected := "SELECT record_from, " + id + ", " + revision + ", caller, snapshot FROM " + name + " WHERE "
	order := " AND record_from <= ?%s ORDER BY record_from, " + id + ", " + revision + " " + recorddb.Limit
	return &Table{
		kind:  kind,
		after: selected + "(record_from, " + id + ", " + revision + ") > (?, ?, ?)" + order,
		from:  selected + "record_from >= ?" + order,
	}
}

// Hiding says which rows are not public: a condition on one row, without parameters.
// It returns the table.
func (t *Table) Hiding(condition string) *Table {
	t.hidden = condition
	return t
}

// Row is one revision.
type Row struct {
	Place  changefeed.Place
	Caller string
	// Snapshot is the resource as it stood, in the store's own encoding.
	Snapshot []byte
}

// Query asks for a page.
type Query struct {
	// After is the place of the last row of the page before; UpTo is the newest
	// record time.
	After changefeed.Place
	UpTo  recordtime.Time
	Limit int
	// Public leaves out what is not public.
	Public bool
}

// Read reads a page of the rows of all tables, in the order of their places. Two tables
// may be of one kind if no row of one has the place of a row of the other.
func Read(conn recorddb.Conn, tables []*Table, query Query) (rows []Row, err error) {
	for _, table := range tables {
		read, err := table.read(conn, query)
		if err != nil {
			return nil, err
		}
		rows = append(rows, read...)
		slices.SortFunc(rows, func(a, b Row) int { return a.Place.Compare(b.Place) })
		if len(rows) >= query.Limit {
			rows = rows[:query.Limit]
			// What comes later does not fit into this page.
			query.UpTo = rows[len(rows)-1].Place.Time
		}
	}
	return rows, nil
}

// read reads the rows of one table.
func (t *Table) read(conn recorddb.Conn, query Query) (rows []Row, err error) {
	sql, args := t.where(query.After)
	condition := ""
	if query.Public && t.hidden != "" {
		condition = " AND NOT (" + t.hidden + ")"
	}
	err = conn.Query(strings.Replace(sql, "%s", condition, 1), func(row recorddb.Row) error {
		rows = append(rows, Row{
			Place: changefeed.Place{
				Time: recorddb.Time(row, 0), Kind: t.kind, ID: row.Text(1), Revision: row.Int64(2),
			},
			Caller: row.Text(3), Snapshot: row.Bytes(4),
		})
		return nil
	}, append(args, query.UpTo, query.Limit)...)
	return rows, err
}

// where returns the query of the rows after a place.
func (t *Table) where(after changefeed.Place) (sql string, args []any) {
	switch {
	case t.kind < after.Kind:
		return t.from, []any{after.Time + 1}
	case t.kind > after.Kind:
		return t.from, []any{after.Time}
	default:
		return t.after, []any{after.Time, after.ID, after.Revision}
	}
}
