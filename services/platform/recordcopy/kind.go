package recordcopy

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Kind is a kind of resource as its revisions lie in a table.
type Kind struct {
	// Name is the collection, such as "statements", or "documents/*/versions" where
	// what hangs together is compared as one: the * is for the id.
	Name string

	read      Read
	canonical func(snapshot []byte) ([]byte, error)
}

// resource is the name of the resource with an id.
func (k Kind) resource(id string) string {
	if strings.Contains(k.Name, "*") {
		return strings.Replace(k.Name, "*", id, 1)
	}
	return k.Name + "/" + id
}

// Revision is one row that is compared.
type Revision struct {
	// ID and Number are the key.
	ID     string
	Number int64
	// From and To are when it was the record's answer.
	From, To recordtime.Time
	Deleted  bool
	Caller   string
	// Snapshot is the resource in the store's encoding, Text what is stored apart.
	Snapshot []byte
	Text     string
}

// NewKind describes rows of any table. query reads them in the order of their
// keys; its parameters are the key (id and number) that they come after, the
// newest record time, and how many. canonical makes one encoding of all that
// mean the same: a store may have snapshots in several.
func NewKind(name, query string, scan func(recorddb.Row) Revision, canonical func(snapshot []byte) ([]byte, error)) Kind {
	return ReadKind(name, func(conn recorddb.Conn, after Revision, upTo recordtime.Time, limit int) (page []Revision, err error) {
		err = conn.Query(query, func(row recorddb.Row) error {
			page = append(page, scan(row))
			return nil
		}, after.ID, after.Number, upTo, limit)
		return page, err
	}, canonical)
}

// Read reads up to limit revisions recorded up to a time, in the order of their
// keys, behind that of another; the zero Revision is before the first. It has
// fewer than limit only at the end.
type Read func(conn recorddb.Conn, after Revision, upTo recordtime.Time, limit int) ([]Revision, error)

// ReadKind is NewKind for rows that one query does not make whole.
func ReadKind(name string, read Read, canonical func(snapshot []byte) ([]byte, error)) Kind {
	return Kind{Name: name, read: read, canonical: canonical}
}

// Revisions describes a table of package revtable. canonical as in NewKind.
func Revisions(name string, table *revtable.Table, canonical func(snapshot []byte) ([]byte, error)) Kind {
	query := "SELECT " + revtable.Columns("") + " FROM " + table.Name() +
		" WHERE (id, revision) > (?, ?) AND record_from <= ? ORDER BY id, revision " + recorddb.Limit
	return NewKind(name, query, func(row recorddb.Row) Revision {
		r := revtable.Scan(row, 0)
		return Revision{
			ID: r.ID, Number: r.Revision, From: r.From, To: r.To, Deleted: r.Deleted, Caller: r.Caller, Snapshot: r.Snapshot,
		}
	}, canonical)
}
