package postgres

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// importedCopies make 100,000 imported figures of the seed, in 500 series and 20 transactions, and 20,000 vintages.
var importedCopies = []string{
	`UPDATE series s SET number = n.number FROM (SELECT ctid AS at, row_number() OVER () + 1 AS number FROM series WHERE number IS NULL) n
		WHERE s.ctid = n.at`,
	`INSERT INTO imports SELECT metric, record_time + CASE WHEN g <= 20 THEN -g ELSE 1000000000000 + g END, caller
		FROM imports CROSS JOIN generate_series(1, 20000) AS g`,
	"INSERT INTO abouts SELECT metric, number + g, sha256(CAST(CAST(g AS text) AS bytea)), snapshot FROM abouts CROSS JOIN generate_series(1, 20000) AS g",
	`INSERT INTO vintages SELECT metric, 's' || g % 50, 'r' || g, release_end - g, record_from, snapshot
		FROM (SELECT * FROM vintages LIMIT 1) v CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO vintage_gaps SELECT metric, source, release, g, record_from + 1000000000000, 9223372036854775807
		FROM vintages CROSS JOIN generate_series(0, 1) AS g`,
	`INSERT INTO vintage_numbers SELECT metric, number + g, 's' || g % 50, 'r' || g
		FROM vintage_numbers CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO observations SELECT series + g % 500, start_second + g, slot, record_from - g % 20, ended, revision,
		CASE WHEN g % 10 = 0 THEN record_from - g % 20 END, deleted, about, data
		FROM observations CROSS JOIN generate_series(1, {rows}) AS g`,
}

// anImport is an imported figure of the seed's series.
func anImport(t *testing.T, period string) domain.Figure {
	t.Helper()
	figure := aFigure(t, "")
	figure.Period = must.Get(domain.ParsePeriod(period))(t)
	figure.DocumentVersion, figure.Origin = "", &domain.Origin{Producer: "p"}
	return figure
}

// importedReads are the hot queries of imported figures by name.
func importedReads(t *testing.T, id string, at recordtime.Time) map[string]func(store.Reader) error {
	return map[string]func(store.Reader) error{
		"imported by id": func(r store.Reader) error {
			_, found, err := r.Figure(id, at)
			must.True(t, found)
			must.OK(t, err)
			figures, err := r.FiguresByID([]string{id, "f1"}, at)
			must.Equal(t, len(figures), 2)
			return err
		},
		"imported revisions": func(r store.Reader) error {
			found, err := r.FigureRevisions(id, at, 0, 20)
			must.Equal(t, len(found), 1)
			return err
		},
		"imported observations": func(r store.Reader) error {
			found, err := r.ObservationsOf(store.SeriesPoints{
				Metric: "seed", Series: store.SeriesPlace{Dimensions: `{"FLOW":"TOTAL","REF_AREA":"MX"}`, Frequency: "A"}, At: at, Limit: 50,
			})
			must.True(t, len(found) > 0)
			return err
		},
		"vintages": func(r store.Reader) error {
			found, err := r.Vintages(store.Vintages{Metric: "seed", At: at, Limit: 20})
			must.Equal(t, len(found), 20)
			must.OK(t, err)
			_, err = r.Vintages(store.Vintages{Metric: "seed", At: at, After: &found[19], Limit: 20})
			return err
		},
		"imported changes": func(r store.Reader) error {
			found, err := r.Changes(store.Changes{UpTo: at, Limit: 20})
			must.Equal(t, len(found), 20)
			return err
		},
	}
}

// writeImports imports a new figure and another number of one on record.
func writeImports(t *testing.T, w store.Writer) error {
	t.Helper()
	rows := []domain.Figure{anImport(t, "2020"), anImport(t, "2019")}
	same, err := w.SameFigures(rows)
	must.OK(t, err)
	must.True(t, same[0].Figure.ID != "" && same[1].Figure.ID == "")
	rows[0] = rows[0].Replacing(same[0].Figure, domain.Given{})
	rows[0].Comment = "changed"
	rows[0].Meta = same[0].Figure.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagImport})
	return w.PutImported(rows, "ana")
}

// retractImport retracts an imported figure: by an import or, with another tag, by an editor.
func retractImport(t *testing.T, w store.Writer, tag string) error {
	t.Helper()
	same, err := w.SameFigures([]domain.Figure{anImport(t, "2020")})
	must.OK(t, err)
	figure := same[0].Figure
	figure.Retraction = &domain.Retraction{Reason: "wrong", Caller: "ana"}
	figure.Meta = figure.Revised(w.RecordTime(), domain.RevisionNote{Tag: tag})
	return w.PutImported([]domain.Figure{figure}, "ana")
}
