package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// reattributionFields leaves out Made, which is kept apart.
func reattributionFields(c *snapshot.Codec, r *domain.Reattribution) {
	snapshot.Struct(c, 1, &r.Record, recordFields)
	c.Text(2, &r.Caller)
	c.Text(3, &r.Filter)
	c.Text(4, &r.From)
	c.Text(5, &r.To)
	c.Text(6, &r.Reason)
	c.Flag(7, &r.Merge)
	c.Texts(8, &r.Statements)
	c.Int(9, &r.Count)
	c.Texts(10, &r.Aliases)
	c.Time(11, &r.Undone)
	c.Text(12, &r.UndoCaller)
	c.Text(13, &r.UndoReason)
	c.Texts(14, &r.Skipped)
	c.Int(15, &r.SkippedCount)
	if c.Flag(16, &r.Partly); r.Partly {
		snapshot.Struct(c, 17, &r.Public, partFields)
	}
}

func partFields(c *snapshot.Codec, r *domain.Part) {
	c.Texts(1, &r.Statements)
	c.Int(2, &r.Count)
	c.Texts(3, &r.Skipped)
	c.Int(4, &r.SkippedCount)
}
