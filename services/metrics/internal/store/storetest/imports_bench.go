package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// ImportedMetric is the metric that FillImported is about.
const ImportedMetric = "trade-in-goods"

// Months is how many observations each series of FillImported has.
const Months = 200

// ImportRows is how many observations an import of FillImported has.
const ImportRows = 10_000

// ImportedRows makes monthly series of a data file: the rows number first and following, ImportRows of them.
func ImportedRows(t testing.TB, first int) []domain.Figure {
	t.Helper()
	origin := &domain.Origin{Producer: "US Census Bureau", Title: "Trade in Goods by Country", URI: "https://example.org/trade.csv"}
	release := must.Get(domain.ParsePeriod("2024-02-07"))(t)
	attributes := map[string]string{"COLLECTION": "A"}
	rows := make([]domain.Figure, ImportRows)
	var dimensions map[string]string
	periods := months(t)
	for i := range rows {
		series, month := (first+i)/Months, (first+i)%Months
		if i == 0 || month == 0 {
			dimensions = map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "C" + strconv.Itoa(series), "FLOW": "IMPORTS"}
		}
		value := must.Get(decimal.Parse(strconv.Itoa(10_000+(first+i)%80_000) + "." + strconv.Itoa(i%10)))(t)
		rows[i] = domain.Figure{
			Metric: ImportedMetric, Dimensions: dimensions, Frequency: "M", Period: periods[month], Kind: domain.Point, Value: &value,
			Unit: units.Unit{System: units.ISO4217, Code: "USD"}, UnitMult: 6, Origin: origin, Release: &release, Attributes: attributes,
			ObsStatus: [][]string{nil, {"E"}}[i%2],
		}
		must.OK(t, rows[i].Compute())
	}
	return rows
}

func months(t testing.TB) (periods []domain.TimePeriod) {
	t.Helper()
	for month := range Months {
		text := time.Date(2000, time.Month(1+month), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
		periods = append(periods, must.Get(domain.ParsePeriod(text))(t))
	}
	return periods
}

// Import puts rows on record in one transaction, as changes.Import does: what is on record is looked for first.
func Import(t testing.TB, st store.Store, rows []domain.Figure) {
	t.Helper()
	write(t, st, func(w store.Writer) error {
		same, err := w.SameFigures(rows)
		if err != nil {
			return err
		}
		next := make([]domain.Figure, 0, len(rows))
		for i := range rows {
			if same[i].Figure.ID == "" {
				next = append(next, rows[i])
			}
		}
		return w.PutImported(next, caller)
	})
}

// FillImported imports observations: count of them, a multiple of ImportRows.
func FillImported(t testing.TB, st store.Store, count int) {
	t.Helper()
	for first := 0; first < count; first += ImportRows {
		Import(t, st, ImportedRows(t, first))
	}
}

// FillReleases imports observations: count of them, a multiple of ImportRows, each ImportRows of them another release of the same.
func FillReleases(t testing.TB, st store.Store, count int) {
	t.Helper()
	for release := range count / ImportRows {
		rows := ImportedRows(t, 0)
		period := must.Get(domain.ParsePeriod(strconv.Itoa(2000 + release)))(t)
		for i := range rows {
			rows[i].Release = &period
		}
		Import(t, st, rows)
	}
}

// ImportedSeries reads the series of one country.
func ImportedSeries(t testing.TB, st store.Store, series int) []store.Point {
	t.Helper()
	return points(t, st, store.SeriesQuery{
		Metric: ImportedMetric, At: st.Settled(), Dimensions: map[string]string{"COUNTERPART_AREA": "C" + strconv.Itoa(series)}, Frequency: "M",
	})
}
