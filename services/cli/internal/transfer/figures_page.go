package transfer

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// figurePage is how many figures are read at a time.
const figurePage = 1000

// eachFigurePage calls use with every page of the figures that a query finds, in the
// order of their names, until it answers an error. what is what they are called in the
// error of a page that cannot be read.
func eachFigurePage(ctx context.Context, server Server, query url.Values, what string, use func([]*metricsv1.Figure) error) error {
	query.Set("page_size", strconv.Itoa(figurePage))
	query.Set("order_by", "name")
	for {
		text, err := server.Call(ctx, http.MethodGet, "figures", query, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		page := &metricsv1.ListFiguresResponse{}
		if err := unmarshal(text, page); err != nil {
			return err
		}
		if err := use(page.GetFigures()); err != nil {
			return err
		}
		if page.GetNextPageToken() == "" {
			return nil
		}
		query.Set("page_token", page.GetNextPageToken())
	}
}
