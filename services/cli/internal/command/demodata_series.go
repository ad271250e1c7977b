package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// hasSeries says that there are time series below the folder.
func (d *DemoData) hasSeries() bool {
	info, err := os.Stat(filepath.Join(d.Folder, demodata.SeriesFolder))
	return err == nil && info.IsDir()
}

// series imports the time series, and adds up the trade that one of them has in two
// directions.
func (d *DemoData) series(ctx context.Context, process Process, c *client.Client) error {
	table := &show.Table{Columns: []show.Column{
		{Title: "FILE"}, {Title: "METRIC"}, {Title: "CREATED", Right: true}, {Title: "CHANGED", Right: true}, {Title: "RETRACTED", Right: true},
		{Title: "THERE ALREADY", Right: true}, {Title: "REJECTED", Right: true}, {Title: "WHY"},
	}}
	rejected, files := 0, []string{}
	for _, one := range demodata.AllSeries() {
		content, err := one.MappingFile()
		if err != nil {
			return fmt.Errorf("mapping of %s: %w", one.File, err)
		}
		job := &figuresJob{server: c, address: d.Server, rejects: d.rejectsOf(one.File), stateless: true}
		if err := job.prepare(content, &metricsv1.Figure{}); err != nil {
			return err
		}
		report, err := job.file(ctx, process, filepath.Join(d.Folder, filepath.FromSlash(one.File)))
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(process.Err, "%s is not there: left out\n", one.File)
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.File, err)
		}
		count := report.Counts["figure"]
		table.Add(strings.TrimPrefix(one.File, demodata.SeriesFolder+"/"), job.metric.GetName(), strconv.Itoa(count.Created), strconv.Itoa(count.Updated),
			strconv.Itoa(count.Deleted), strconv.Itoa(count.Present), strconv.Itoa(report.Rejected), strings.Join(slices.Sorted(maps.Keys(report.Reasons)), ", "))
		if report.Rejected > 0 {
			rejected += report.Rejected
			files = append(files, job.rejects)
		}
	}
	to := process.Out
	if d.json() {
		to = process.Err // a table would be no JSON; what was rejected is said all the same
	} else if err := table.Write(to, 0); err != nil {
		return err
	}
	if rejected > 0 {
		fmt.Fprintf(to, "%d rows were rejected, each with its reason, in:\n  %s\n", rejected, strings.Join(files, "\n  "))
	}
	bar := newBar(process, "adding up", 0, false)
	defer bar.end()
	return totals(ctx, c.Patient(bar.waits))
}

// rejectsOf is where rows of a file go that the record does not take.
func (d *DemoData) rejectsOf(file string) string {
	name := strings.ReplaceAll(strings.TrimPrefix(file, demodata.SeriesFolder+"/"), "/", "-")
	return strings.TrimSuffix(d.Rejects, filepath.Ext(d.Rejects)) + "." + name + ".jsonl"
}

// totals puts the totals of the trade on record. Those that are there stay.
func totals(ctx context.Context, c *client.Client) error {
	imports, err := yearly(ctx, c, "IMPORTS")
	if err != nil {
		return err
	}
	exports, err := yearly(ctx, c, "EXPORTS")
	if err != nil {
		return err
	}
	figures := demodata.Totals(imports, exports)
	for _, id := range slices.Sorted(maps.Keys(figures)) {
		body, err := stablejson.Marshal(figures[id])
		if err != nil {
			return err
		}
		_, err = c.Call(ctx, http.MethodPost, "figures", url.Values{"figure_id": {id}, "request_id": {uuid.NewString()}}, body)
		if refused, is := errors.AsType[*client.Error](err); is && refused.Reason == "FIGURE_EXISTS" {
			continue
		}
		if err != nil {
			return fmt.Errorf("total of %s: %w", id, err)
		}
	}
	return nil
}

// yearly is a direction of the trade, year by year, as the Census Bureau has it.
func yearly(ctx context.Context, c *client.Client, flow string) ([]*metricsv1.Observation, error) {
	text, err := c.Get(ctx, demodata.TradeMetric+":query", url.Values{
		"dimensions[REF_AREA]": {"US"}, "dimensions[COUNTERPART_AREA]": {demodata.Partner}, "dimensions[FLOW]": {flow},
		"frequency": {"A"}, "page_size": {"1000"},
	})
	if refused, is := errors.AsType[*client.Error](err); is && refused.Reason == "METRIC_NOT_FOUND" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	answer := &metricsv1.QueryMetricResponse{}
	if err := parse(text, answer); err != nil {
		return nil, err
	}
	var all []*metricsv1.Observation
	for _, series := range answer.GetSeries() {
		for _, one := range series.GetObservations() {
			if one.GetDocumentVersion() == "" {
				all = append(all, one)
			}
		}
	}
	return all, nil
}
