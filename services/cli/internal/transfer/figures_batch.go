package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/sdmx"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// batchObservations is how many observations a request of ImportFigures takes.
const batchObservations = 10_000

// batch is the observations of one request, in the order of the file by series.
type batch struct {
	series []*batchSeries
	bySet  map[string]*batchSeries
	keys   map[figureKey]bool
	// size is the length of the request in bytes, about, and count that of its
	// observations.
	size, count int
	// most is how many observations it takes.
	most int
	// source is that of all of them, where the file says it.
	source datafile.Source
}

// batchSeries is the observations of one series.
type batchSeries struct {
	dimensions   map[string]string
	frequency    metricsv1.Figure_Frequency
	observations []json.RawMessage
	rows         []datafile.Row
}

func newBatch(most int) *batch {
	return &batch{most: most, bySet: map[string]*batchSeries{}, keys: map[figureKey]bool{}}
}

// fits says whether a row can go into the same request as those that are in it.
func (b *batch) fits(row datafile.Row, id figureKey) bool {
	return b.count == 0 || b.count < b.most && b.size < batchBytes/2 && !b.keys[id] && b.source == row.Source
}

// add puts a row into the request. The error says that it is too long for any.
func (b *batch) add(row datafile.Row, id figureKey) error {
	text, err := stablejson.Marshal(row.Observation)
	if err != nil {
		return err
	}
	if len(text) > batchBytes/2 {
		return fmt.Errorf("the observation has more than %d KiB", batchBytes/2>>10)
	}
	set := seriesText(row)
	series := b.bySet[set]
	if series == nil {
		series = &batchSeries{dimensions: row.Dimensions, frequency: row.Frequency}
		b.bySet[set] = series
		b.series = append(b.series, series)
		b.size += 2 * len(set)
	}
	series.observations, series.rows = append(series.observations, text), append(series.rows, row)
	b.keys[id] = true
	b.size += len(text)
	b.count++
	b.source = row.Source
	return nil
}

// seriesText stands for the series of a row.
func seriesText(row datafile.Row) string {
	var out strings.Builder
	for _, id := range slices.Sorted(maps.Keys(row.Dimensions)) {
		out.WriteString(id + "\x00" + row.Dimensions[id] + "\x00")
	}
	return out.String() + row.Frequency.String()
}

// seriesBody is a series of the request, as JSON.
type seriesBody struct {
	Dimensions   map[string]string `json:"dimensions,omitempty"`
	Frequency    string            `json:"frequency,omitempty"`
	Observations []json.RawMessage `json:"observations"`
}

// body is the request.
func (b *batch) body(template *metricsv1.Figure) ([]byte, error) {
	common, err := stablejson.Marshal(b.common(template))
	if err != nil {
		return nil, err
	}
	series := make([]seriesBody, len(b.series))
	for i, one := range b.series {
		series[i] = seriesBody{Dimensions: one.dimensions, Observations: one.observations}
		if one.frequency != 0 {
			series[i].Frequency = one.frequency.String()
		}
	}
	return json.Marshal(map[string]any{"template": json.RawMessage(common), "series": series, "requestId": uuid.NewString()})
}

// common is the template with what the file says of the source.
func (b *batch) common(template *metricsv1.Figure) *metricsv1.Figure {
	said := b.source
	if said == (datafile.Source{}) {
		return template
	}
	copied := proto.CloneOf(template)
	if said.Producer != "" {
		copied.Origin = &metricsv1.Origin{Producer: said.Producer, Title: cmp.Or(said.Title, template.GetOrigin().GetTitle()), License: said.License, Uri: said.URI}
	}
	copied.CountedObject = cmp.Or(said.CountedObject, copied.GetCountedObject())
	return copied
}

// flush sends what was gathered.
func (f *FigureImport) flush(ctx context.Context) error {
	sent := f.batch
	f.batch = newBatch(sent.most)
	if sent.count == 0 {
		return f.done()
	}
	body, err := sent.body(f.Template)
	if err != nil {
		return fmt.Errorf("observations: %w", err)
	}
	text, err := f.Server.Call(ctx, http.MethodPost, "figures:import", nil, body)
	if wrong := sent.wrongSource(err); wrong != nil {
		return f.rejectAll(sent, wrong)
	}
	if err != nil {
		return err
	}
	answer := &metricsv1.ImportFiguresResponse{}
	if err := unmarshal(text, answer); err != nil {
		return err
	}
	count := f.report.Counts[figureKind]
	count.Created += int(answer.GetCreatedCount())
	count.Updated += int(answer.GetUpdatedCount())
	count.Deleted += int(answer.GetDeletedCount())
	count.Present += int(answer.GetUnchangedCount())
	f.report.Counts[figureKind] = count
	refused := map[int]bool{} // by the place in the file
	for _, rejection := range answer.GetRejections() {
		rows, err := sent.rowsOf(rejection)
		if err != nil {
			return err
		}
		for _, row := range rows {
			refused[row.Line] = true
			if err := f.reject(row, rejection.GetReason(), rejection.GetField(), rejection.GetDescription()); err != nil {
				return err
			}
		}
	}
	if row, some := sent.lastTaken(refused); some {
		f.last.Filter = f.filterOf(row)
	}
	return f.done()
}

// wrongSource is what is wrong with the source that the rows themselves say: they are refused
// for it, and the import goes on. nil of any other error.
func (b *batch) wrongSource(err error) *interchange.RowError {
	answered, is := errors.AsType[*client.Error](err)
	if !is || answered.ServerFault() || len(answered.Violations) == 0 {
		return nil
	}
	columns := map[string][2]string{
		"template.origin.producer": {sdmx.Producer, b.source.Producer}, "template.origin.title": {sdmx.Title, b.source.Title},
		"template.origin.license": {sdmx.License, b.source.License}, "template.origin.uri": {sdmx.SourceURI, b.source.URI},
		"template.counted_object": {sdmx.CountedObject, b.source.CountedObject},
	}
	for _, one := range answered.Violations {
		if columns[one.Field][1] == "" {
			return nil
		}
	}
	first := answered.Violations[0]
	return &interchange.RowError{Reason: answered.Reason, Field: columns[first.Field][0], Message: first.Description}
}

// rejectAll refuses all rows of a request for one reason.
func (f *FigureImport) rejectAll(sent *batch, wrong *interchange.RowError) error {
	for _, series := range sent.series {
		for _, row := range series.rows {
			if err := f.reject(row, wrong.Reason, wrong.Field, wrong.Message); err != nil {
				return err
			}
		}
	}
	return f.done()
}

// lastTaken is a row whose figure is on record since, of those that were sent: the last
// one of the last series that has any. refused are the lines of those that are not.
func (b *batch) lastTaken(refused map[int]bool) (datafile.Row, bool) {
	for _, series := range slices.Backward(b.series) {
		for _, row := range slices.Backward(series.rows) {
			if !refused[row.Line] && row.Observation.GetAction() != metricsv1.ImportedObservation_DELETE {
				return row, true
			}
		}
	}
	return datafile.Row{}, false
}

// rowsOf are the rows that a rejection is about.
func (b *batch) rowsOf(rejection *metricsv1.ImportFiguresResponse_Rejection) ([]datafile.Row, error) {
	series, at := int(rejection.GetSeriesIndex()), int(rejection.GetObservationIndex())
	if series < 0 || series >= len(b.series) || at >= len(b.series[series].rows) {
		return nil, fmt.Errorf("the server rejects observation %d of series %d, which was not sent", at, series)
	}
	if at < 0 {
		return b.series[series].rows, nil
	}
	return b.series[series].rows[at : at+1], nil
}
