package api

import (
	"context"
	"strconv"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// filteredRequest is a list that can be filtered and ordered.
type filteredRequest interface {
	recordread.ListRequest
	GetFilter() string
	GetOrderBy() string
	GetShowDeleted() bool
}

// statementsRequest is what a list of statements has beyond others.
type statementsRequest interface {
	GetShowDeprecated() bool
	GetIncludeCorrections() bool
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
	query := store.List{Filter: filter, Order: order, ShowDeleted: req.GetShowDeleted()}
	params := []string{req.GetFilter(), req.GetOrderBy(), strconv.FormatBool(req.GetShowDeleted())}
	if more, ok := req.(statementsRequest); ok {
		query.ShowDeprecated = more.GetShowDeprecated() || domain.AsksRank(filter)
		params = append(params, strconv.FormatBool(more.GetShowDeprecated()), strconv.FormatBool(more.GetIncludeCorrections()))
	}
	p, err := recordread.Begin(ctx, c.store, method, req, params...)
	if err != nil {
		return nil, "", err
	}
	query.At, query.After, query.Limit = p.At, p.After, p.Size+1
	err = c.read(ctx, func(r store.Reader) error {
		rows, err = read(r, query)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return recordread.End(p, rows, order)
}
