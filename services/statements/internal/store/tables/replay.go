package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// replay makes the entries of a statement what they would be if its revisions were
// put on record as they are now. An entry that begins when one began before keeps
// its place, which is its order in the index of SQLite. Of the others one takes the
// place of an entry that is gone; only if there is none does it come last, so that
// it counts as newer than it is where more match than are ranked.
func (w writer) replay(id string) error {
	var wanted []Entry
	_, err := everyRevision(w, statementTable, id, func(row revtable.Row, s domain.Statement) error {
		wanted = nextEntries(wanted, s, row.From)
		return nil
	})
	if err != nil {
		return err
	}
	present, err := w.entries(id)
	if err != nil {
		return err
	}
	var surplus []Entry
	for _, entry := range present {
		at := slices.IndexFunc(wanted, func(e Entry) bool { return e.From == entry.From })
		if at < 0 {
			surplus = append(surplus, entry)
			continue
		}
		if wanted[at] != entry {
			if err := w.RewriteEntry(w.tx, wanted[at]); err != nil {
				return err
			}
		}
		wanted = slices.Delete(wanted, at, at+1)
	}
	for i, entry := range surplus {
		if i < len(wanted) {
			err = w.moveEntry(entry, wanted[i])
		} else {
			err = w.dropEntry(entry)
		}
		if err != nil {
			return err
		}
	}
	for _, entry := range wanted[min(len(surplus), len(wanted)):] {
		if err := w.PutEntry(w.tx, entry); err != nil {
			return err
		}
	}
	return nil
}

// nextEntries are the entries of a statement once it has one more revision, that of
// a time: index makes the same.
func nextEntries(entries []Entry, s domain.Statement, at recordtime.Time) []Entry {
	entry := Entry{ID: s.ID, From: at, To: recordtime.Forever, Created: s.Created, Deprecated: s.IsDeprecated()}
	if !s.IsHidden() {
		entry.Tokens = searchtext.Entry(s.SearchParts()...)
	}
	if len(entries) > 0 {
		last := &entries[len(entries)-1]
		open := last.To == recordtime.Forever
		switch {
		case open && !s.IsHidden() && last.Tokens == entry.Tokens && last.Deprecated == entry.Deprecated:
			return entries
		case last.From == at: // of the same transaction
			entries = entries[:len(entries)-1]
		case open:
			last.To = at
		}
	}
	if s.IsHidden() {
		return entries
	}
	return append(entries, entry)
}

// entries are those of a statement, the oldest first.
func (w writer) entries(id string) (entries []Entry, err error) {
	const sql = "SELECT record_from, record_to, create_time, deprecated, tokens FROM search_entries WHERE id = ? ORDER BY record_from"
	err = w.tx.Query(sql, func(row recorddb.Row) error {
		entries = append(entries, scanEntry(id, row))
		return nil
	}, id)
	return entries, err
}

// moveEntry puts an entry in the place of another of its statement.
func (w writer) moveEntry(from, to Entry) error {
	err := w.tx.ExecOne("UPDATE search_entries SET record_from = ? WHERE id = ? AND record_from = ?", to.From, from.ID, from.From)
	if err != nil {
		return err
	}
	return w.RewriteEntry(w.tx, to)
}

// dropEntry removes one entry. Without words it is in no index.
func (w writer) dropEntry(entry Entry) error {
	words := entry
	words.Tokens = ""
	if err := w.RewriteEntry(w.tx, words); err != nil {
		return err
	}
	return w.tx.ExecOne("DELETE FROM search_entries WHERE id = ? AND record_from = ?", entry.ID, entry.From)
}
