package transfer

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
)

// figurePage is how many figures are read at a time.
const figurePage = 1000

// deleteMatching takes off the record what a deletion by some dimensions is about:
// figures of the file's source and release, but for those that the file gave again
// after it. So a file that deletes everything and then gives it changes nothing
// when it is imported again.
func (f *FigureImport) deleteMatching(ctx context.Context, one *deletion) error {
	query := url.Values{
		"filter": {"metric = " + strconv.Quote(f.Metric.GetName())}, "page_size": {strconv.Itoa(figurePage)}, "order_by": {"name"},
	}
	for {
		text, err := f.Server.Call(ctx, http.MethodGet, "figures", query, nil)
		if err != nil {
			return fmt.Errorf("line %d: figures to delete: %w", one.row.Line, err)
		}
		page := &metricsv1.ListFiguresResponse{}
		if err := unmarshal(text, page); err != nil {
			return err
		}
		for _, figure := range page.GetFigures() {
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
		if page.GetNextPageToken() == "" {
			return f.flush(ctx)
		}
		query.Set("page_token", page.GetNextPageToken())
	}
}

// matching is the row that deletes a figure, if the deletion is about it.
func (f *FigureImport) matching(one *deletion, figure *metricsv1.Figure) (datafile.Row, bool) {
	origin := f.Template.GetOrigin()
	producer, title := origin.GetProducer(), origin.GetTitle()
	if one.row.Source.Producer != "" {
		producer, title = one.row.Source.Producer, one.row.Source.Title
	}
	release := cmp.Or(one.row.Observation.GetReleaseTime().GetEdtf(), f.Template.GetReleaseTime().GetEdtf())
	switch {
	case figure.GetDocumentVersion() != "", figure.GetOrigin().GetProducer() != producer, figure.GetOrigin().GetTitle() != title:
		return datafile.Row{}, false
	case figure.GetReleaseTime().GetEdtf() != release:
		return datafile.Row{}, false
	}
	for id, value := range one.row.Dimensions {
		if figure.GetDimensions()[id] != value {
			return datafile.Row{}, false
		}
	}
	row := one.row
	row.Dimensions, row.Frequency = figure.GetDimensions(), figure.GetFrequency()
	row.Observation = &metricsv1.ImportedObservation{TimePeriod: figure.GetTimePeriod().GetEdtf(), Action: metricsv1.ImportedObservation_DELETE}
	if release != "" {
		row.Observation.ReleaseTime = &typev1.TimePeriod{Edtf: release}
	}
	period := one.row.Observation.GetTimePeriod()
	if period != "" && !samePeriod(period, figure.GetTimePeriod().GetEdtf()) {
		return datafile.Row{}, false
	}
	return row, !one.again.has(f.keyOf(row))
}

// samePeriod says that two texts are one period.
func samePeriod(one, other string) bool {
	size, number, regular := ordinal(one)
	otherSize, otherNumber, otherRegular := ordinal(other)
	return one == other || regular && otherRegular && size == otherSize && number == otherNumber
}
