package transfer

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
)

// FigureExport writes the figures of a metric, in the order of their names.
type FigureExport struct {
	// Server has them.
	Server Server
	// To takes them.
	To datafile.Writer
	// Metric is whose figures they are, metrics/{metric}; Filter chooses among them.
	Metric, Filter string
	// ReadTime is the time as of which everything is read, in RFC 3339.
	ReadTime string
	// Progress is told after every page how many were written. It may be nil.
	Progress func(written int64)
}

// Run writes all of them and answers how many.
func (e *FigureExport) Run(ctx context.Context) (int64, error) {
	filter := "metric = " + strconv.Quote(e.Metric)
	if e.Filter != "" {
		filter += " AND (" + e.Filter + ")"
	}
	query := url.Values{"filter": {filter}, "page_size": {strconv.Itoa(figurePage)}, "order_by": {"name"}, "read_time": {e.ReadTime}}
	written := int64(0)
	for {
		text, err := e.Server.Call(ctx, http.MethodGet, "figures", query, nil)
		if err != nil {
			return written, fmt.Errorf("figures: %w", err)
		}
		page := &metricsv1.ListFiguresResponse{}
		if err := unmarshal(text, page); err != nil {
			return written, err
		}
		for _, figure := range page.GetFigures() {
			if err := e.To.Write(figure); err != nil {
				return written, err
			}
			written++
		}
		if e.Progress != nil {
			e.Progress(written)
		}
		if page.GetNextPageToken() == "" {
			return written, e.To.Flush()
		}
		query.Set("page_token", page.GetNextPageToken())
	}
}
