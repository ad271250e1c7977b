package wordindex

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Entry is the entry of a resource in the index of words, for the time in which it had these words.
type Entry struct {
	ID       string
	From, To recordtime.Time
	// Created is the create_time of the resource.
	Created recordtime.Time
	// Deprecated says that a search finds it only if it is asked to.
	Deprecated bool
	// Restricted says that a search for the public does not find it.
	Restricted bool
	// Tokens is the stored form of its words. See searchtext.Entry.
	Tokens string
}

// Values of the column deprecated, which are added.
const (
	deprecated = 1
	restricted = 2
)

// Flags is the value of the column deprecated.
func (e Entry) Flags() (flags int) {
	if e.Deprecated {
		flags += deprecated
	}
	if e.Restricted {
		flags += restricted
	}
	return flags
}

// Now is how a resource stands after a change.
type Now struct {
	ID      string
	Created recordtime.Time
	// First says that this is its first revision, so that it surely has no entry.
	First bool
	// Hidden says that it is not to be found any more.
	Hidden bool
	// Deprecated, Restricted and Tokens are those of Entry.
	Deprecated, Restricted bool
	Tokens                 string
}

// entry is the entry that begins with the change.
func (n Now) entry(at recordtime.Time) Entry {
	return Entry{
		ID: n.ID, From: at, To: recordtime.Forever, Created: n.Created, Deprecated: n.Deprecated, Restricted: n.Restricted, Tokens: n.Tokens,
	}
}

// goesOn reports whether an entry stays as it is if the one after it would be another.
func (e Entry) goesOn(next Entry) bool {
	return e.Tokens == next.Tokens && e.Flags() == next.Flags()
}

// entryColumns are those that scanEntry reads.
const entryColumns = "id, record_from, record_to, create_time, deprecated, tokens"

func scanEntry(row recorddb.Row) Entry {
	flags := row.Int64(4)
	return Entry{
		ID: row.Text(0), From: recorddb.Time(row, 1), To: recorddb.Time(row, 2), Created: recorddb.Time(row, 3),
		Deprecated: flags&deprecated != 0, Restricted: flags&restricted != 0, Tokens: row.Text(5),
	}
}

// Keep keeps the entries of a resource up to date: one for each interval in which it had the same words and was not
// hidden.
func (x Index) Keep(tx recorddb.Tx, now Now) error {
	entry := now.entry(tx.RecordTime())
	if now.First && !now.Hidden {
		return x.Put(tx, entry)
	}
	last, found, err := x.last(tx, now.ID)
	if err != nil {
		return err
	}
	open := found && last.To == recordtime.Forever
	if now.Hidden {
		if open {
			return x.end(tx, last)
		}
		return nil
	}
	switch {
	case open && last.goesOn(entry):
		return nil
	case found && last.From == entry.From: // of this transaction
		return x.Rewrite(tx, entry.From, entry)
	case open:
		if err := x.end(tx, last); err != nil {
			return err
		}
	}
	return x.Put(tx, entry)
}

// last reads the newest entry of a resource.
func (Index) last(conn recorddb.Conn, id string) (entry Entry, found bool, err error) {
	const sql = "SELECT " + entryColumns + " FROM search_entries WHERE id = ? ORDER BY record_from DESC LIMIT 1"
	found, err = conn.QueryOne(sql, func(row recorddb.Row) error {
		entry = scanEntry(row)
		return nil
	}, id)
	return entry, found, err
}

func (x Index) end(tx recorddb.Tx, entry Entry) error {
	entry.To = tx.RecordTime()
	return x.End(tx, entry)
}

// All reads the entries of a resource in their order.
func (Index) All(conn recorddb.Conn, id string) (entries []Entry, err error) {
	const sql = "SELECT " + entryColumns + " FROM search_entries WHERE id = ? ORDER BY record_from"
	err = conn.Query(sql, func(row recorddb.Row) error {
		entries = append(entries, scanEntry(row))
		return nil
	}, id)
	return entries, err
}

// Remake gives the entry that begins at a time other words. If none does, nothing is done.
func (x Index) Remake(tx recorddb.Tx, id string, from recordtime.Time, tokens string) error {
	const sql = "SELECT " + entryColumns + " FROM search_entries WHERE id = ? AND record_from = ?"
	var entry Entry
	found, err := tx.QueryOne(sql, func(row recorddb.Row) error {
		entry = scanEntry(row)
		return nil
	}, id, from)
	if err != nil || !found || entry.Tokens == tokens {
		return err
	}
	entry.Tokens = tokens
	return x.Rewrite(tx, from, entry)
}
