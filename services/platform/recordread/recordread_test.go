package recordread_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// record is one of which this process knows that it is settled up to known; another has
// settled and written more.
type record struct {
	known   recordtime.Time
	present recordtime.Present
	err     error
	asked   int
}

func (r *record) Settled() recordtime.Time { return r.known }

func (r *record) Present(context.Context) (recordtime.Present, error) {
	r.asked++
	return r.present, r.err
}

func newRecord() *record {
	return &record{known: 1000, present: recordtime.Present{Written: 1900, Settled: 2000}}
}

func at(t recordtime.Time) *timestamppb.Timestamp { return timestamppb.New(t.Time()) }

func TestAt(t *testing.T) {
	for name, c := range map[string]struct {
		readTime *timestamppb.Timestamp
		want     recordtime.Time
		asked    int
		reason   string
	}{
		"the newest write":               {nil, 1900, 1, ""},
		"what is known to be settled":    {at(1000), 1000, 0, ""},
		"what another has settled":       {at(2000), 2000, 1, ""},
		"what may still change":          {at(2001), 0, 1, "READ_TIME_NOT_SETTLED"},
		"what is no time":                {&timestamppb.Timestamp{Nanos: -1}, 0, 0, "INVALID_TIMESTAMP"},
		"a time before the record began": {at(0), 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecord()
			got, err := recordread.At(t.Context(), r, c.readTime)
			must.Equal(t, r.asked, c.asked)
			if c.reason != "" {
				statustest.Check(t, err, codes.InvalidArgument, c.reason, "read_time")
				return
			}
			must.OK(t, err)
			must.Equal(t, got, c.want)
		})
	}
	r := newRecord()
	r.err = errors.New("away")
	_, err := recordread.At(t.Context(), r, nil)
	must.ErrorIs(t, err, r.err)
	_, err = recordread.At(t.Context(), r, at(1001))
	must.ErrorIs(t, err, r.err)
}

// list is a request of a list.
type list struct {
	size  int32
	token string
	at    *timestamppb.Timestamp
}

func (l list) GetPageSize() int32                  { return l.size }
func (l list) GetPageToken() string                { return l.token }
func (l list) GetReadTime() *timestamppb.Timestamp { return l.at }

// row is listed by its number.
type row int64

func (r row) OrderKey(string) any { return int64(r) }

// TestAWalkReadsOneStateOfTheRecord: that of its first page, whatever is written meanwhile.
func TestAWalkReadsOneStateOfTheRecord(t *testing.T) {
	r, order := newRecord(), listquery.Order{{Field: "number"}}
	first := must.Get(recordread.Begin(t.Context(), r, "List", list{size: 2}, "parent"))(t)
	must.Equal(t, first.At, 1900)
	must.Equal(t, must.Get(first.Number())(t), 0)
	rows, token, err := recordread.End(first, []row{1, 2, 3}, order)
	must.OK(t, err)
	must.Equal(t, rows, []row{1, 2})

	r.present = recordtime.Present{Written: 3000, Settled: 3000}
	second := must.Get(recordread.Begin(t.Context(), r, "List", list{size: 2, token: token}, "parent"))(t)
	must.Equal(t, second.At, 1900)
	must.Equal(t, must.Get(second.Number())(t), 2)
	_, token, err = recordread.End(second, []row{3, 4}, order)
	must.OK(t, err)
	must.Equal(t, token, "")

	_, err = recordread.Begin(t.Context(), r, "List", list{size: 2001}, "parent")
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_SIZE_OUT_OF_RANGE", "page_size")
}

func TestATokenOfAnotherWalkIsRefused(t *testing.T) {
	r := newRecord()
	token := must.Get(must.Get(recordread.Begin(t.Context(), r, "List", list{}, "parent"))(t).Next(int64(2)))(t)
	for name, begin := range map[string]func() (recordread.Page, error){
		"another method": func() (recordread.Page, error) {
			return recordread.Begin(t.Context(), r, "Search", list{token: token}, "parent")
		},
		"another parent": func() (recordread.Page, error) {
			return recordread.Begin(t.Context(), r, "List", list{token: token}, "other")
		},
		"another read time": func() (recordread.Page, error) {
			return recordread.Begin(t.Context(), r, "List", list{token: token, at: at(900)}, "parent")
		},
	} {
		_, err := begin()
		must.True(t, err != nil, name)
		statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	}

	// A copy of the record that is behind cannot answer yet.
	behind := &record{present: recordtime.Present{Written: 500, Settled: 500}}
	_, err := recordread.Begin(t.Context(), behind, "List", list{token: token}, "parent")
	statustest.Check(t, err, codes.InvalidArgument, "READ_TIME_NOT_SETTLED", "page_token")

	words := must.Get(must.Get(recordread.Begin(t.Context(), r, "List", list{}))(t).Next("a"))(t)
	_, err = must.Get(recordread.Begin(t.Context(), r, "List", list{token: words}))(t).Number()
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
}

// numbers is a record of the numbers from 5 down to 1, of which readers see the odd ones.
type numbers struct {
	*record
	public bool
}

func (n numbers) Public() numbers {
	n.public = true
	return n
}

func (n numbers) Read(_ context.Context, fn func(numbers) error) error { return fn(n) }

func (n numbers) below(_ recordtime.Time, below int64, limit int) (rows []row, err error) {
	for number := int64(5); number > 0 && len(rows) < limit; number-- {
		if (below == 0 || number < below) && (!n.public || number%2 == 1) {
			rows = append(rows, row(number))
		}
	}
	return rows, n.err
}

func TestNumbered(t *testing.T) {
	r := numbers{record: newRecord()}
	page := func(ctx context.Context, req list, parent string) ([]row, string, error) {
		return recordread.Numbered(ctx, r, "List", req, parent, func(one row) int64 { return int64(one) }, numbers.below)
	}
	editor := auth.With(t.Context(), auth.Identity{Role: auth.Editor})
	for name, walk := range map[string]struct {
		ctx  context.Context
		want [][]row
	}{
		"an editor": {editor, [][]row{{5, 4}, {3, 2}, {1}}},
		"a reader":  {t.Context(), [][]row{{5, 3}, {1}}},
	} {
		t.Run(name, func(t *testing.T) {
			req := list{size: 2}
			for i, want := range walk.want {
				rows, next, err := page(walk.ctx, req, "parent")
				must.OK(t, err)
				must.Equal(t, rows, want)
				must.Equal(t, next == "", i == len(walk.want)-1)
				req.token = next
			}
		})
	}

	_, token, err := page(editor, list{size: 2}, "parent")
	must.OK(t, err)
	_, _, err = page(t.Context(), list{size: 2, token: token}, "other")
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	words := must.Get(must.Get(recordread.Begin(t.Context(), r, "List", list{}, "parent"))(t).Next("a"))(t)
	_, _, err = page(t.Context(), list{token: words}, "parent")
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	r.err = errors.New("away")
	_, _, err = page(t.Context(), list{at: at(900)}, "parent")
	must.ErrorIs(t, err, r.err)
}

// found are three results of many.
func found() recordsearch.Found[string] {
	all := recordsearch.Found[string]{Matches: 70}
	for i, id := range []string{"a", "b", "c"} {
		all.Results = append(all.Results, recordsearch.Result[string]{
			Resource: "resource " + id, Rank: recordsearch.Rank{Key: int64(-i), Created: recordtime.Time(10 + i), ID: id},
		})
	}
	return all
}

func TestASearchGoesOnAfterAResult(t *testing.T) {
	r, all := newRecord(), found()
	begin := func(token string, size int32) recordread.Page {
		return must.Get(recordread.Begin(t.Context(), r, "Search", list{size: size, token: token}, "words"))(t)
	}
	after, counted, err := begin("", 2).Rank()
	must.OK(t, err)
	must.True(t, after == nil && counted == 0)
	for name, every := range map[string]bool{"the last": false, "every result": true} {
		t.Run(name, func(t *testing.T) {
			page, tokens, next, err := recordread.EndSearch(begin("", 2), all, every)
			must.OK(t, err)
			must.Equal(t, page, all.Results[:2])
			must.Equal(t, len(tokens), 2)
			for i, token := range append(tokens, next) {
				if i < 2 && !every {
					must.Equal(t, token, "")
					continue
				}
				after, counted, err := begin(token, 2).Rank()
				must.OK(t, err)
				must.Equal(t, *after, all.Results[min(i, 1)].Rank)
				must.Equal(t, counted, all.Matches)
			}
			_, tokens, next, err = recordread.EndSearch(begin("", 3), all, every)
			must.OK(t, err)
			must.Equal(t, next, "")
			must.Equal(t, tokens[2] != "", every)
		})
	}
}

func TestASearchRefusesOtherKeys(t *testing.T) {
	r := newRecord()
	with := func(keys ...any) recordread.Page {
		token := must.Get(must.Get(recordread.Begin(t.Context(), r, "Search", list{}))(t).Next(keys...))(t)
		return must.Get(recordread.Begin(t.Context(), r, "Search", list{token: token}))(t)
	}
	for name, keys := range map[string][]any{
		"too few":       {int64(1), int64(2), "id"},
		"too many":      {int64(1), int64(2), "id", int64(3), int64(4)},
		"no key":        {"1", int64(2), "id", int64(3)},
		"no time":       {int64(1), "2", "id", int64(3)},
		"no id":         {int64(1), int64(2), int64(3), int64(3)},
		"not a count":   {int64(1), int64(2), "id", "3"},
		"one number":    {int64(1)},
		"words as ever": {"id"},
	} {
		_, _, err := with(keys...).Rank()
		must.True(t, err != nil, name)
		statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
	}
	for matches, want := range map[int64]int{-1: 0, recordsearch.CountLimit + 1: recordsearch.CountLimit} {
		_, counted, err := with(int64(1), int64(2), "id", matches).Rank()
		must.OK(t, err)
		must.Equal(t, counted, want)
	}
}

// searchRequest is a request of a search.
type searchRequest struct {
	query, filter, orderBy string
	facets                 []string
}

func (r searchRequest) GetQuery() string    { return r.query }
func (r searchRequest) GetFilter() string   { return r.filter }
func (r searchRequest) GetOrderBy() string  { return r.orderBy }
func (r searchRequest) GetFacets() []string { return r.facets }

var searched = recordread.Searched{OwnTime: "statement_time", Facets: []string{"metric", "unit"}}

func TestOrderOfASearch(t *testing.T) {
	for text, want := range map[string]struct {
		order     recordsearch.Order
		ascending bool
	}{
		"":                    {recordsearch.ByRelevance, false},
		"relevance desc":      {recordsearch.ByRelevance, false},
		"create_time":         {recordsearch.ByCreateTime, true},
		"create_time desc":    {recordsearch.ByCreateTime, false},
		"statement_time":      {recordsearch.ByOwnTime, true},
		"statement_time desc": {recordsearch.ByOwnTime, false},
	} {
		search, err := searched.Parse(searchRequest{query: "coal", orderBy: text})
		must.OK(t, err)
		must.True(t, search.Order == want.order && search.Ascending == want.ascending, text)
	}
}

func TestASearchIsParsed(t *testing.T) {
	search, err := searched.Parse(searchRequest{query: "coal", facets: []string{"unit", "metric"}})
	must.OK(t, err)
	must.False(t, search.Query.IsZero())
	must.Equal(t, search.Facets, []string{"unit", "metric"})
	for name, test := range map[string]struct {
		req           searchRequest
		reason, field string
	}{
		"a phrase without an end": {searchRequest{query: `"coal`}, "UNTERMINATED_PHRASE", "query"},
		"no order of searches":    {searchRequest{query: "coal", orderBy: "period"}, "UNKNOWN_ORDER_FIELD", "order_by"},
		"no facet":                {searchRequest{query: "coal", facets: []string{"unit", "value"}}, "UNKNOWN_GROUP", "facets[1]"},
	} {
		_, err := searched.Parse(test.req)
		must.True(t, err != nil, name)
		statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
	}
}
