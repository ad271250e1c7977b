package transfer

import (
	"context"
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
	query := url.Values{"filter": {filter}, "read_time": {e.ReadTime}}
	written := int64(0)
	err := eachFigurePage(ctx, e.Server, query, "figures", func(page []*metricsv1.Figure) error {
		for _, figure := range page {
			if err := e.To.Write(figure); err != nil {
				return err
			}
			written++
		}
		if e.Progress != nil {
			e.Progress(written)
		}
		return nil
	})
	if err != nil {
		return written, err
	}
	return written, e.To.Flush()
}
