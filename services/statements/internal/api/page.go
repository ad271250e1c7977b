package api

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// listRequest is what the requests of all lists have.
type listRequest interface {
	GetPageSize() int32
	GetPageToken() string
	GetReadTime() *timestamppb.Timestamp
}

// page is one page of a walk. The whole walk reads the record as it stood at its
// first page.
type page struct {
	at      recordtime.Time
	size    int
	after   []any
	binding paging.Binding
}

// page reads where a page starts. params are the request's other parameters.
func (c core) page(ctx context.Context, method string, req listRequest, params ...string) (page, error) {
	size, err := paging.Size(req.GetPageSize())
	if err != nil {
		return page{}, err
	}
	readTime := ""
	if at := req.GetReadTime(); at != nil {
		if err := at.CheckValid(); err != nil {
			return page{}, errs.Invalid("read_time", "INVALID_TIMESTAMP", "%s", err.Error())
		}
		readTime = recordtime.FromTime(at.AsTime()).String()
	}
	p := page{size: size, binding: paging.Bind(method, append(params, readTime)...)}
	token, err := paging.Decode(req.GetPageToken(), p.binding)
	switch {
	case err != nil:
		return page{}, err
	case token.First():
		p.at, err = c.readAt(ctx, req.GetReadTime())
	default:
		p.after = token.Keys
		p.at, err = c.settledAt(ctx, "page_token", token.ReadTime)
	}
	return p, err
}

// number is the position of a page in a list that goes by number downwards; 0
// on the first page.
func (p page) number() int64 {
	if len(p.after) == 1 {
		if number, ok := p.after[0].(int64); ok {
			return number
		}
	}
	return 0
}

// next makes the token of the page after the one that ends with keys.
func (p page) next(keys ...any) (string, error) {
	return paging.Token{ReadTime: p.at, Keys: keys}.Encode(p.binding)
}

// filteredRequest is a list that can be filtered and ordered.
type filteredRequest interface {
	listRequest
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
func list[T interface{ OrderKey(string) any }](
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
	p, err := c.page(ctx, method, req, params...)
	if err != nil {
		return nil, "", err
	}
	query.At, query.After, query.Limit = p.at, p.after, p.size+1
	err = c.read(ctx, func(r store.Reader) error {
		rows, err = read(r, query)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	rows, more := paging.Trim(rows, p.size)
	if !more {
		return rows, "", nil
	}
	keys := make([]any, len(order))
	for i, field := range order {
		keys[i] = rows[len(rows)-1].OrderKey(field.Field)
	}
	next, err = p.next(keys...)
	return rows, next, err
}
