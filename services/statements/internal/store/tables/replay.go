package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// replay makes the entries of a statement what they would be if its revisions were
// put on record as they are now.
func (w writer) replay(id string) error {
	var wanted []wordindex.Entry
	_, err := everyRevision(w, statementTable, id, statementFields, func(row revtable.Row, s domain.Statement) error {
		wanted = wordindex.Next(wanted, nowOf(s), row.From)
		return nil
	})
	if err != nil {
		return err
	}
	return w.words.Replace(w.tx, id, wanted)
}
