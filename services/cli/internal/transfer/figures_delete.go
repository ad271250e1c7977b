package transfer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// deleteMatching takes off the record what a deletion by some dimensions is about:
// figures of the file's source and release, but for those that the file gave again
// after it. So a file that deletes everything and then gives it changes nothing
// when it is imported again. Frequency, release and source matter where the row says
// them; release and source are else those of the whole import.
func (f *FigureImport) deleteMatching(ctx context.Context, one *deletion) error {
	what := fmt.Sprintf("line %d: figures to delete", one.row.Line)
	err := eachFigurePage(ctx, f.Server, url.Values{"filter": {f.filterOf(one.row)}}, what, func(page []*metricsv1.Figure) error {
		for _, figure := range page {
			row, matches := f.matching(one, figure)
			if !matches {
				continue
			}
			id := f.keyOf(row)
			if !f.batch.fits(row, id) {
				if err := f.flush(ctx); err != nil {
					return err
				}
			}
			if err := f.batch.add(row, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.flush(ctx)
}

// filterOf finds the figures that a deletion can be about, and perhaps some others.
// What a filter cannot say in quotation marks is left to matching.
func (f *FigureImport) filterOf(row datafile.Row) string {
	filter := []string{"metric = " + strconv.Quote(f.Metric.GetName())}
	add := func(alternatives ...string) { filter = append(filter, "("+strings.Join(alternatives, " OR ")+")") }
	is := func(field, value string) string { return field + " = " + strconv.Quote(value) }
	if producer, _ := f.sourceOf(row); quotable(producer) {
		add(is("origin.producer", producer))
	}
	if row.Frequency != 0 {
		add(is("frequency", row.Frequency.String()))
	}
	if period := row.Observation.GetTimePeriod(); period != "" {
		add(is("time_period", sdmx.ReadPeriod(period)))
	}
	symmetric := f.Metric.GetSymmetricDimensions()
	for _, id := range slices.Sorted(maps.Keys(row.Dimensions)) {
		value := row.Dimensions[id]
		switch {
		case !quotable(value):
		case slices.Contains(symmetric, id):
			alternatives := make([]string, len(symmetric))
			for i, other := range symmetric {
				alternatives[i] = is("dimensions."+other, value)
			}
			add(alternatives...)
		default:
			add(is("dimensions."+id, value))
		}
	}
	const most = 20 // of 50 that a filter may compare
	return strings.Join(filter[:min(len(filter), most)], " AND ")
}

// quotable says that a text in a filter is the text in quotation marks.
func quotable(text string) bool {
	const long = 200
	return len(text) < long && strconv.Quote(text) == `"`+text+`"`
}

// matching is the row that deletes a figure, if the deletion is about it.
func (f *FigureImport) matching(one *deletion, figure *metricsv1.Figure) (datafile.Row, bool) {
	producer, title := f.sourceOf(one.row)
	release := cmp.Or(one.row.Observation.GetReleaseTime().GetEdtf(), f.Template.GetReleaseTime().GetEdtf())
	period := one.row.Observation.GetTimePeriod()
	switch {
	case figure.GetDocumentVersion() != "", figure.GetOrigin().GetProducer() != producer, figure.GetOrigin().GetTitle() != title,
		figure.GetReleaseTime().GetEdtf() != release,
		one.row.Frequency != 0 && one.row.Frequency != figure.GetFrequency(),
		period != "" && sdmx.ReadPeriod(period) != figure.GetTimePeriod().GetEdtf(),
		!f.within(one.row.Dimensions, figure.GetDimensions()):
		return datafile.Row{}, false
	}
	row := one.row
	row.Dimensions, row.Frequency = figure.GetDimensions(), figure.GetFrequency()
	row.Observation = &metricsv1.ImportedObservation{TimePeriod: figure.GetTimePeriod().GetEdtf(), Action: metricsv1.ImportedObservation_DELETE}
	if release != "" {
		row.Observation.ReleaseTime = &typev1.TimePeriod{Edtf: release}
	}
	return row, !one.again.has(f.keyOf(row))
}

// within says that a figure has the dimensions that a row says. Of a symmetric metric
// two of them may be exchanged.
func (f *FigureImport) within(said, of map[string]string) bool {
	have := func(exchanged map[string]string) bool {
		for id, value := range said {
			if of[cmp.Or(exchanged[id], id)] != value {
				return false
			}
		}
		return true
	}
	pair := f.Metric.GetSymmetricDimensions()
	return have(nil) || len(pair) == 2 && have(map[string]string{pair[0]: pair[1], pair[1]: pair[0]})
}
