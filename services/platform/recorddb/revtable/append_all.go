package revtable

import (
	"fmt"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// AppendAll is Append for the next revisions of many resources, each once: all that
// end do so first, so that an engine that takes rows in bulk gets them so. values
// returns those of the engine's columns, inserted is called after each row.
func (t *Table) AppendAll(tx recorddb.Tx, next []Row, values func(i int) []any, inserted func(i int) error) error {
	for _, row := range next {
		if row.Revision == 1 {
			continue
		}
		if err := tx.ExecOne(t.closeRow, tx.RecordTime(), row.ID, row.Revision-1); err != nil {
			return fmt.Errorf("%s: end revision %d of %s: %w", t.name, row.Revision-1, row.ID, err)
		}
	}
	for i, row := range next {
		own := values(i)
		if len(own) != t.columns {
			return fmt.Errorf("%s: %d values for %d columns", t.name, len(own), t.columns)
		}
		args := append([]any{
			row.ID, row.Revision, tx.RecordTime(), recordtime.Forever, row.state(), row.Caller, row.Snapshot,
		}, own...)
		if err := tx.Insert(t.insert, args...); err != nil {
			return err
		}
		if err := inserted(i); err != nil {
			return err
		}
	}
	return nil
}
