package command

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// Query shows the series of a metric.
type Query struct {
	Metric    string            `arg:"" help:"Metric, by its name or id: bilateral-goods-trade."`
	Dimension map[string]string `placeholder:"KEY=VALUE" env:"-" mapsep:"none" help:"Only series with this dimension: FLOW=TOTAL. May be given several times."`
	Period    string            `placeholder:"EDTF" env:"-" help:"Only figures whose period overlaps this one: 2010/2015, 2022, 2019/.."`
	Frequency string            `placeholder:"CODE" env:"-" help:"Only series of this frequency: A yearly, S half-yearly, Q quarterly, M monthly, W weekly, D daily."`
	ReadTime  string            `placeholder:"TIME" env:"-" help:"Read the record as it stood then, in RFC 3339."`
	Paging    `embed:""`
	Remote    `embed:""`
}

// Run asks for the series and prints them, one table each.
func (q *Query) Run(ctx context.Context, process Process) error {
	name := "metrics/" + strings.TrimPrefix(q.Metric, "metrics/")
	if _, err := findKind(name, true); err != nil {
		return usage("%q is no metric: want its name or its id, such as bilateral-goods-trade", q.Metric)
	}
	c, err := q.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	setNonEmpty(query, map[string]string{"period": q.Period, "frequency": q.Frequency, "read_time": q.ReadTime})
	for key, value := range q.Dimension {
		query.Set("dimensions["+key+"]", value)
	}
	result, err := pageReader{client: c, path: name + ":query", query: query, paging: q.Paging, items: "series"}.read(ctx)
	if err != nil {
		return err
	}
	series, err := result.series()
	if err != nil {
		return err
	}
	if q.json() {
		if result.items, err = marshalSeries(series); err != nil {
			return err
		}
		return result.printJSON(process, "series")
	}
	for i, one := range series {
		if i > 0 {
			fmt.Fprintln(process.Out)
		}
		if err := printSeries(process, one); err != nil {
			return err
		}
	}
	result.note(process, "figures")
	return nil
}

// series puts together what a page boundary cut.
func (l *listing) series() ([]*metricsv1.QueryMetricResponse_Series, error) {
	var all []*metricsv1.QueryMetricResponse_Series
	for _, item := range l.items {
		one := &metricsv1.QueryMetricResponse_Series{}
		if err := parse(item, one); err != nil {
			return nil, err
		}
		if last := len(all) - 1; last >= 0 && all[last].GetFrequency() == one.GetFrequency() && maps.Equal(all[last].GetDimensions(), one.GetDimensions()) {
			all[last].Observations = append(all[last].Observations, one.GetObservations()...)
			continue
		}
		all = append(all, one)
	}
	return all, nil
}

func marshalSeries(series []*metricsv1.QueryMetricResponse_Series) ([]json.RawMessage, error) {
	items := make([]json.RawMessage, len(series))
	for i, one := range series {
		item, err := protojson.Marshal(one)
		if err != nil {
			return nil, fmt.Errorf("series %s: %w", show.Dimensions(one.GetDimensions()), err)
		}
		items[i] = item
	}
	return items, nil
}

func printSeries(process Process, series *metricsv1.QueryMetricResponse_Series) error {
	title := show.Dimensions(series.GetDimensions())
	if code := frequency(series.GetFrequency()); code != "" {
		title += " FREQ=" + code
	}
	fmt.Fprintln(process.Out, show.Harmless(strings.TrimSpace(title)))
	table := &show.Table{Columns: []show.Column{{Title: "PERIOD"}, {Title: "VALUE", Right: true}, {Title: "UNIT"}, {Title: "HEDGE"}, {Title: "FIGURE", Shrink: true}}}
	readers := &readBy{}
	hedged := slices.ContainsFunc(series.GetObservations(), func(o *metricsv1.Observation) bool { return show.Hedge(o.GetApproximator()) != "" })
	if !hedged {
		table.Columns = slices.Delete(table.Columns, 3, 4)
	}
	for _, o := range series.GetObservations() {
		cells := []string{show.Period(o.GetTimePeriod()), show.Quantity(o, o.GetMissingReason()), o.GetUnit().GetCode(), show.Hedge(o.GetApproximator()), o.GetFigure()}
		if !hedged {
			cells = slices.Delete(cells, 3, 4)
		}
		table.Add(cells...)
		readers.add(o)
	}
	readers.mark(table)
	return table.Write(process.Out, process.width())
}
