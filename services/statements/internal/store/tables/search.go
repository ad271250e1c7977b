package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// entryOf is the entry of a statement that begins now.
func (w writer) entryOf(s domain.Statement) Entry {
	return Entry{
		ID: s.ID, From: w.tx.RecordTime(), To: recordtime.Forever, Created: s.Created,
		Deprecated: s.IsDeprecated(), Tokens: searchtext.Entry(s.SearchParts()...),
	}
}

// index keeps the entries of a statement up to date: one for each interval in
// which it had the same words and was not hidden.
func (w writer) index(s domain.Statement) error {
	if s.Revision == 1 && !s.IsHidden() {
		return w.PutEntry(w.tx, w.entryOf(s))
	}
	last, found, err := w.lastEntry(s.ID)
	if err != nil {
		return err
	}
	open := found && last.To == recordtime.Forever
	if s.IsHidden() {
		if open {
			return w.endEntry(last)
		}
		return nil
	}
	entry := w.entryOf(s)
	switch {
	case open && last.Tokens == entry.Tokens && last.Deprecated == entry.Deprecated:
		return nil
	case found && last.From == entry.From: // of this transaction
		return w.RewriteEntry(w.tx, entry)
	case open:
		if err := w.endEntry(last); err != nil {
			return err
		}
	}
	return w.PutEntry(w.tx, entry)
}

// lastEntry reads the newest entry of a statement.
func (w writer) lastEntry(id string) (entry Entry, found bool, err error) {
	const sql = "SELECT record_from, record_to, create_time, deprecated, tokens FROM search_entries WHERE id = ? ORDER BY record_from DESC LIMIT 1"
	found, err = w.tx.QueryOne(sql, func(row recorddb.Row) error {
		entry = scanEntry(id, row)
		return nil
	}, id)
	return entry, found, err
}

func scanEntry(id string, row recorddb.Row) Entry {
	return Entry{
		ID: id, From: recorddb.Time(row, 0), To: recorddb.Time(row, 1), Created: recorddb.Time(row, 2), Deprecated: row.Bool(3), Tokens: row.Text(4),
	}
}

func (w writer) endEntry(entry Entry) error {
	return w.tx.Exec("UPDATE search_entries SET record_to = ? WHERE id = ? AND record_from = ?", w.tx.RecordTime(), entry.ID, entry.From)
}

// reindex makes the words of an entry anew, if one begins with the revision that
// was recorded then.
func (w writer) reindex(s domain.Statement, recorded recordtime.Time) error {
	const sql = "SELECT record_from, record_to, create_time, deprecated, tokens FROM search_entries WHERE id = ? AND record_from = ?"
	var entry Entry
	found, err := w.tx.QueryOne(sql, func(row recorddb.Row) error {
		entry = scanEntry(s.ID, row)
		return nil
	}, s.ID, recorded)
	tokens := searchtext.Entry(s.SearchParts()...)
	if err != nil || !found || entry.Tokens == tokens {
		return err
	}
	entry.Tokens = tokens
	return w.RewriteEntry(w.tx, entry)
}
