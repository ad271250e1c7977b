package api

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
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

// ordered is a resource that knows where it stands in a list.
type ordered interface{ OrderKey(field string) any }

// list answers a page of a filtered list: the rows and the token of the next
// page.
func list[T ordered](
	ctx context.Context, c core, method string, schema listquery.Schema, req filteredRequest,
	read func(store.Reader, store.List) ([]T, error),
) (rows []T, next string, err error) {
	filter, filterErr := listquery.ParseFilter(schema, req.GetFilter())
	order, orderErr := listquery.ParseOrder(schema, req.GetOrderBy())
	if err := errs.Join(filterErr, orderErr); err != nil {
		return nil, "", err
	}
	p, err := c.page(ctx, method, req, req.GetFilter(), req.GetOrderBy(), strconv.FormatBool(req.GetShowDeleted()))
	if err != nil {
		return nil, "", err
	}
	err = c.read(ctx, func(r store.Reader) error {
		rows, err = read(r, store.List{
			At: p.at, Filter: filter, Order: order, After: p.after, Limit: p.size + 1, ShowDeleted: req.GetShowDeleted(),
		})
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
