package revtable

import (
	"fmt"
	"math"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// baseColumns are the columns that every table of revisions has.
var baseColumns = []string{"id", "revision", "record_from", "record_to", "deleted", "caller", "snapshot"}

// Table is a table of revisions. Make it once, as a package variable. It is
// safe for concurrent use: it holds SQL text only.
type Table struct {
	name    string
	columns int // of the engine's own

	readAt, snapshotAt, readOne, readMany, readIDs, closeRow, rewrite string
	insert                                                            *recorddb.Insert
}

// Row is one revision.
type Row struct {
	ID string
	// Revision counts from 1.
	Revision int64
	// From and To are the interval [From, To) in which the revision was the
	// record's answer; To is recordtime.Forever in the newest one.
	From, To recordtime.Time
	// Deleted marks a tombstone, or what lists leave out for another reason.
	Deleted bool
	// Erased marks a revision whose content was removed: no list has it.
	Erased bool
	// Restricted marks a revision that not everybody may read.
	Restricted bool
	// Caller is who made the change.
	Caller string
	// Snapshot is the resource as it stood, in the engine's own encoding.
	Snapshot []byte
}

// New describes the table called name, with the engine's own columns in the
// order in which Append gets their values. Names are written into SQL: they
// come from code, never from a caller.
func New(name string, columns ...string) *Table {
	t := &Table{name: name, columns: len(columns)}
	selected := "SELECT " + Columns("") + " FROM " + name
	at := " FROM " + name + " WHERE id = ? AND record_from <= ? ORDER BY revision DESC LIMIT 1"
	t.readAt, t.snapshotAt = "SELECT "+Columns("")+at, "SELECT deleted, snapshot"+at
	t.readOne = selected + " WHERE id = ? AND revision = ?"
	t.readMany = selected + " WHERE id = ? AND revision < ? AND record_from <= ? ORDER BY revision DESC " + recorddb.Limit
	t.closeRow = "UPDATE " + name + " SET record_to = ? WHERE id = ? AND revision = ?"
	t.readIDs = selected + " WHERE " + Visible("") + " AND id IN (%s)"
	t.rewrite = "UPDATE " + name + " SET " + strings.Join(append([]string{"deleted", "snapshot"}, columns...), " = ?, ") +
		" = ? WHERE id = ? AND revision = ?"
	t.insert = recorddb.NewInsert(name, append(append([]string{}, baseColumns...), columns...)...)
	return t
}

// Name returns the name of the table.
func (t *Table) Name() string { return t.name }

// Columns returns the list to select so that Scan can read a Row; alias is that
// of the table in the query, "" for none.
func Columns(alias string) string {
	if alias == "" {
		return strings.Join(baseColumns, ", ")
	}
	return alias + "." + strings.Join(baseColumns, ", "+alias+".")
}

// Scan reads a Row from the columns from first on, selected with Columns.
func Scan(row recorddb.Row, first int) Row {
	state := row.Int64(first + 4)
	return Row{
		ID:         row.Text(first),
		Revision:   row.Int64(first + 1),
		From:       recorddb.Time(row, first+2),
		To:         recorddb.Time(row, first+3),
		Deleted:    state&^restricted != stands,
		Erased:     state&^restricted == erased,
		Restricted: state&restricted != 0,
		Caller:     row.Text(first + 5),
		Snapshot:   row.Bytes(first + 6),
	}
}

// Visible returns the condition that a revision was the record's answer at one
// time. It has two parameters, both that time; alias as in Columns.
func Visible(alias string) string {
	if alias != "" {
		alias += "."
	}
	return alias + "record_from <= ? AND ? < " + alias + "record_to"
}

// At returns the revision that was the record's answer at a time; found is
// false if there was none yet. A tombstone is found.
func (t *Table) At(conn recorddb.Conn, id string, at recordtime.Time) (row Row, found bool, err error) {
	// The intervals of one id follow each other without gaps, so the newest
	// revision from at or before is the one.
	found, err = conn.QueryOne(t.readAt, func(r recorddb.Row) error {
		row = Scan(r, 0)
		return nil
	}, id, at)
	return row, found, err
}

// SnapshotAt is At for the snapshot alone, which it reads as text: one copy less of what
// a read of one resource is mostly made of.
func (t *Table) SnapshotAt(conn recorddb.Conn, id string, at recordtime.Time) (snapshot string, isRestricted, found bool, err error) {
	found, err = conn.QueryOne(t.snapshotAt, func(r recorddb.Row) error {
		isRestricted, snapshot = r.Int64(0)&restricted != 0, r.Text(1)
		return nil
	}, id, at)
	return snapshot, isRestricted, found, err
}

// Many returns the revisions of many resources that were the record's answer at
// a time, by id; those that were not on record yet are left out. Tombstones are
// not.
func (t *Table) Many(conn recorddb.Conn, ids []string, at recordtime.Time) (map[string]Row, error) {
	rows := make(map[string]Row, len(ids))
	at = min(at, recordtime.Forever-1) // what is current ends at Forever
	err := recorddb.In(ids, func(list string, args []any) error {
		return conn.Query(fmt.Sprintf(t.readIDs, list), func(r recorddb.Row) error {
			row := Scan(r, 0)
			rows[row.ID] = row
			return nil
		}, append([]any{at, at}, args...)...)
	})
	return rows, err
}

// Current returns the newest revision, that of the running transaction
// included.
func (t *Table) Current(conn recorddb.Conn, id string) (row Row, found bool, err error) {
	return t.At(conn, id, recordtime.Forever)
}

// Revision returns one revision by its number.
func (t *Table) Revision(conn recorddb.Conn, id string, revision int64) (row Row, found bool, err error) {
	found, err = conn.QueryOne(t.readOne, func(r recorddb.Row) error {
		row = Scan(r, 0)
		return nil
	}, id, revision)
	return row, found, err
}

// Revisions returns up to limit revisions that were on record at a time, newest
// first, with numbers below before; before is 0 for the newest.
func (t *Table) Revisions(conn recorddb.Conn, id string, at recordtime.Time, before int64, limit int) (rows []Row, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	err = conn.Query(t.readMany, func(r recorddb.Row) error {
		rows = append(rows, Scan(r, 0))
		return nil
	}, id, before, at, limit)
	return rows, err
}

// Append puts the next revision of a resource on record and ends the one
// before, both at the transaction's record time. Of next its interval does not count; Revision must be one more than the newest
// (1 for a new resource), so that a lost update is an error and not a
// surprise. values are those of the engine's columns.
//
// Several revisions in one transaction are allowed; all but the last have an
// empty interval, so no read by time ever answers them.
func (t *Table) Append(tx recorddb.Tx, next Row, values ...any) error {
	if len(values) != t.columns {
		return fmt.Errorf("%s: %d values for %d columns", t.name, len(values), t.columns)
	}
	if next.Revision > 1 {
		if err := tx.ExecOne(t.closeRow, tx.RecordTime(), next.ID, next.Revision-1); err != nil {
			return fmt.Errorf("%s: end revision %d of %s: %w", t.name, next.Revision-1, next.ID, err)
		}
	}
	return t.Continue(tx, next, values...)
}

// Continue is Append for a revision whose predecessors, if it has any, are in
// another table: it ends none.
func (t *Table) Continue(tx recorddb.Tx, next Row, values ...any) error {
	if len(values) != t.columns {
		return fmt.Errorf("%s: %d values for %d columns", t.name, len(values), t.columns)
	}
	args := append([]any{
		next.ID, next.Revision, tx.RecordTime(), recordtime.Forever, next.state(), next.Caller, next.Snapshot,
	}, values...)
	return tx.Insert(t.insert, args...)
}

// Rewrite replaces the content of a revision: Deleted, Erased, Restricted, Snapshot
// and the engine's columns. It is for what the law demands removed, and for columns that
// another release derives from the snapshot in another way: nothing else on
// record is overwritten. Of revision its interval and Caller do not count.
func (t *Table) Rewrite(tx recorddb.Tx, revision Row, values ...any) error {
	if len(values) != t.columns {
		return fmt.Errorf("%s: %d values for %d columns", t.name, len(values), t.columns)
	}
	args := append([]any{revision.state(), revision.Snapshot}, values...)
	return tx.ExecOne(t.rewrite, append(args, revision.ID, revision.Revision)...)
}

// Values of the column deleted; restricted is added to one of the others.
const (
	stands = iota
	deleted
	erased
	restricted = 4
)

// state is the value of the column deleted.
func (r Row) state() int {
	state := stands
	switch {
	case r.Erased:
		state = erased
	case r.Deleted:
		state = deleted
	}
	if r.Restricted {
		state += restricted
	}
	return state
}

// Shown returns the condition that a list has a revision: what stands and, with
// showDeleted, tombstones; never what was erased, and what is restricted only if that
// is asked for. The numbers are the values of the column. It has no parameters; alias
// as in Columns.
func Shown(alias string, showDeleted, showRestricted bool) string {
	if alias != "" {
		alias += "."
	}
	switch {
	case showDeleted && showRestricted:
		return alias + "deleted IN (0, 1, 4, 5)"
	case showDeleted:
		return alias + "deleted IN (0, 1)"
	case showRestricted:
		return alias + "deleted IN (0, 4)"
	default:
		return alias + "deleted = 0"
	}
}

// Restricted returns the condition that a revision is restricted; alias as in Columns.
func Restricted(alias string) string {
	if alias != "" {
		alias += "."
	}
	return alias + "deleted >= 4"
}
