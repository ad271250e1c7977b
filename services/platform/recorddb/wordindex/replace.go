package wordindex

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Next are the entries of a resource once it has one more revision, that of a time: Keep makes the same of revision after
// revision, but for entries of no duration, which nobody finds.
func Next(entries []Entry, now Now, at recordtime.Time) []Entry {
	entry := now.entry(at)
	if len(entries) > 0 {
		last := &entries[len(entries)-1]
		open := last.To == recordtime.Forever
		switch {
		case open && !now.Hidden && last.goesOn(entry):
			return entries
		case last.From == at: // of the same transaction
			entries = entries[:len(entries)-1]
		case open:
			last.To = at
		}
	}
	if now.Hidden {
		return entries
	}
	return append(entries, entry)
}

// Replace gives a resource other entries. One that begins when one began before keeps its place, which is its order in the
// index of SQLite. Of the others one takes the place of an entry that is gone; only if there is none does it come last, so
// that it counts as newer than it is where more match than are ranked.
func (x Index) Replace(tx recorddb.Tx, id string, wanted []Entry) error {
	present, err := x.All(tx, id)
	if err != nil {
		return err
	}
	wanted = slices.Clone(wanted)
	var surplus []Entry
	for _, entry := range present {
		at := slices.IndexFunc(wanted, func(e Entry) bool { return e.From == entry.From })
		if at < 0 {
			surplus = append(surplus, entry)
			continue
		}
		if wanted[at] != entry {
			if err := x.Rewrite(tx, entry.From, wanted[at]); err != nil {
				return err
			}
		}
		wanted = slices.Delete(wanted, at, at+1)
	}
	for i, entry := range surplus {
		if i < len(wanted) {
			err = x.Rewrite(tx, entry.From, wanted[i])
		} else {
			err = x.drop(tx, entry)
		}
		if err != nil {
			return err
		}
	}
	for _, entry := range wanted[min(len(surplus), len(wanted)):] {
		if err := x.Put(tx, entry); err != nil {
			return err
		}
	}
	return nil
}

// drop removes one entry. Without words it is in no index.
func (x Index) drop(tx recorddb.Tx, entry Entry) error {
	words := entry
	words.Tokens = ""
	if err := x.Rewrite(tx, entry.From, words); err != nil {
		return err
	}
	return tx.ExecOne("DELETE FROM search_entries WHERE id = ? AND record_from = ?", entry.ID, entry.From)
}
