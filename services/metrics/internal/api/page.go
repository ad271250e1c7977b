package api

import (
	"context"
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
)

// filteredRequest is a list that can be filtered and ordered.
type filteredRequest interface {
	recordread.ListRequest
	GetFilter() string
	GetOrderBy() string
	GetShowDeleted() bool
}

// list answers a page of a filtered list: the rows and the token of the next
// page.
func list[T recordread.Ordered](
	ctx context.Context, c core, method string, schema listquery.Schema, req filteredRequest,
	read func(store.Reader, store.List) ([]T, error),
) (rows []T, next string, err error) {
	filter, filterErr := listquery.ParseFilter(schema, req.GetFilter())
	order, orderErr := listquery.ParseOrder(schema, req.GetOrderBy())
	if err := errs.Join(filterErr, orderErr); err != nil {
		return nil, "", err
	}
	p, err := recordread.Begin(ctx, c.store, method, req, req.GetFilter(), req.GetOrderBy(), strconv.FormatBool(req.GetShowDeleted()))
	if err != nil {
		return nil, "", err
	}
	err = c.read(ctx, func(r store.Reader) error {
		rows, err = read(r, store.List{
			At: p.At, Filter: filter, Order: order, After: p.After, Limit: p.Size + 1, ShowDeleted: req.GetShowDeleted(),
		})
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return recordread.End(p, rows, order)
}
