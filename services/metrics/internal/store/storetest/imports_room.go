package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// importsRoom checks how many figures of one series may begin at one time: many, and one too many is left out alone.
func importsRoom(t *testing.T, open Open) {
	st := open(t)
	const many = 300
	rows := ImportedRows(t, 0)[:1]
	begin := time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)
	interval := func(days int) domain.Figure {
		f := rows[0]
		f.Period = must.Get(domain.ParsePeriod(fmt.Sprintf("2000-01-01/%s", begin.AddDate(0, 0, days).Format(time.DateOnly))))(t)
		return f
	}
	var first []domain.Figure
	for days := range many {
		first = append(first, interval(days))
	}
	importAll(t, st, first)
	ids := map[string]bool{}
	for _, f := range first {
		must.True(t, f.ID != "")
		ids[f.ID] = true
	}
	must.Equal(t, len(ids), many)
	points := func(w *domain.Window) (found []store.Point) {
		read(t, st, func(r store.Reader) {
			found = PointsOf(t, r, store.SeriesQuery{Metric: rows[0].Metric, At: recordtime.Forever}, w, 1000)
		})
		return found
	}
	must.Equal(t, len(points(nil)), many)
	last := first[many-1].Period
	must.Equal(t, len(points(&domain.Window{Start: last.End - 1, End: recordtime.Forever})), 1) // far from where it begins

	// The last id of all is taken, as by a copy of the record.
	key, _ := domain.ParseImportedID(first[0].ID)
	key.Slot |= 1<<16 - 1
	full := interval(many)
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		full.Meta = domain.Meta{ID: key.String(), Note: domain.RevisionNote{Tag: domain.TagImport}}.First(w.RecordTime())
		full.UID, full.Note = domain.ImportedUID(full.ID, full.CreateTime), domain.RevisionNote{Tag: domain.TagImport}
		return w.PutFigure(full, caller)
	}))
	more := []domain.Figure{interval(many + 1), ImportedRows(t, 0)[1], interval(many + 2)}
	importAll(t, st, more)
	must.Equal(t, []bool{more[0].ID != "", more[1].ID != "", more[2].ID != ""}, []bool{false, true, false})
	must.Equal(t, len(points(nil)), many+2)
}

func importAll(t *testing.T, st store.Store, rows []domain.Figure) {
	t.Helper()
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		_, err := w.SameFigures(rows)
		must.OK(t, err)
		return w.PutImported(rows, caller)
	}))
}
