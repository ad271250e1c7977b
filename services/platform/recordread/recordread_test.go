package recordread_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
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
