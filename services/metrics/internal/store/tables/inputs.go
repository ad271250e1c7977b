package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// The table figure_inputs says which figures are computed from which, as they stand now: it follows from the newest revisions.
var insertInput = recorddb.NewInsert("figure_inputs", "input", "figure")

// citingSQL reads figures that are computed from those of a list.
func citingSQL(list string) string {
	return "SELECT DISTINCT figure FROM figure_inputs WHERE input IN (" + list + ") ORDER BY figure " + recorddb.Limit
}

// Citing returns ids of figures that are computed from one of those with the given ids.
func (r reader) Citing(ids []string, limit int) (citing []string, err error) {
	err = recorddb.In(ids, func(list string, args []any) error {
		return r.Conn.Query(citingSQL(list), func(row recorddb.Row) error {
			citing = append(citing, row.Text(0))
			return nil
		}, append(args, limit)...)
	})
	slices.Sort(citing)
	citing = slices.Compact(citing)
	return citing[:min(len(citing), limit)], err
}

// citeInputs keeps the table of inputs in step with the newest revision of a figure; before is the one before it.
func (w writer) citeInputs(before, figure domain.Figure) error {
	cited, ids := before.Derivation.IDs(), figure.Derivation.IDs()
	if figure.Retracted() {
		ids = nil
	}
	if slices.Equal(cited, ids) {
		return nil
	}
	if len(cited) > 0 {
		if err := w.Tx.Exec("DELETE FROM figure_inputs WHERE figure = ?", figure.ID); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if err := w.Tx.Insert(insertInput, id, figure.ID); err != nil {
			return err
		}
	}
	return nil
}
