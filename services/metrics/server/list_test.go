package server_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/platform/testkit/tampered"
)

// list answers the ids of a list, page after page.
func (s *service) list(t testing.TB, req *metricsv1.ListFiguresRequest) (ids []string) {
	t.Helper()
	for {
		out, err := s.figures.ListFigures(t.Context(), req)
		must.OK(t, err)
		for _, f := range out.GetFigures() {
			ids = append(ids, f.GetName()[len("figures/"):])
		}
		if req.PageToken = out.GetNextPageToken(); req.PageToken == "" {
			return ids
		}
	}
}

// startMixed has one figure of each sort: a (860 billion USD, 2022, document), b (14 USD, 2010), c (25 EUR, undated), d (20 to 100 deaths),
// e (no value, 2011), f (3000 km).
func startMixed(t testing.TB) *service {
	t.Helper()
	s := startFilled(t)
	s.putMixed(t)
	return s
}

// putMixed puts those figures on record.
func (s *service) putMixed(t testing.TB) {
	t.Helper()
	s.figure(t, "a", printed())
	b := observed("2010", "14", map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"})
	b.Comment = "needs a second look"
	s.figure(t, "b", b)
	c := observed("2010", "25", area("DE"))
	c.TimePeriod, c.Unit, c.Frequency, c.Origin = notStated(), money("EUR"), 0, &metricsv1.Origin{Producer: "Eurostat"}
	s.figure(t, "c", c)
	s.figure(t, "d", count(func(f *metricsv1.Figure) {
		f.ValueKind, f.Lower, f.Upper = metricsv1.Figure_RANGE, bound("20", true), bound("1e2", false)
		f.Approximator, f.ReadingRule = metricsv1.Figure_ORDER_OF_MAGNITUDE, "tens-of"
	}))
	s.figure(t, "e", count(func(f *metricsv1.Figure) {
		f.ValueKind, f.MissingReason, f.TimePeriod = metricsv1.Figure_NO_VALUE, metricsv1.Figure_SUPPRESSED, period("2011-03")
	}))
	s.figure(t, "f", &metricsv1.Figure{
		Metric: "metrics/length", TimePeriod: notStated(), ValueKind: metricsv1.Figure_POINT, Value: number("3000"), Unit: ucum("km"),
		Origin: &metricsv1.Origin{Producer: "AFP"}, Reported: &metricsv1.Reported{UnitSymbol: "km", Value: number("3e3")},
	})
}

func TestFigureFilters(t *testing.T) {
	s := startMixed(t)
	for filter, want := range map[string]string{
		`metric = "metrics/trade"`:                                 "abc",
		`document = "documents/d"`:                                 "a",
		`document_version = "documents/d/versions/1"`:              "a",
		`NOT document:*`:                                           "bcdef",
		`dimensions.REF_AREA = "US"`:                               "ab",
		`dimensions.REF_AREA = "US" AND dimensions.FLOW = "X"`:     "",
		`dimensions:COUNTERPART_AREA`:                              "a",
		`value_kind = POINT`:                                       "abcf",
		`approximator = NONE`:                                      "abcef",
		`approximator = ORDER_OF_MAGNITUDE`:                        "d",
		`missing_reason = SUPPRESSED`:                              "e",
		`frequency = A`:                                            "ab",
		`normalized.value > "1e9"`:                                 "a",
		`normalized.value >= "25.0" AND unit = "EUR"`:              "c",
		`normalized.value = "3000000"`:                             "f",
		`value = "3000"`:                                           "f",
		`reported.value = "3000"`:                                  "f",
		`normalized.lower >= "20" AND normalized.upper <= "100.0"`: "d",
		`normalized.unit = "m"`:                                    "f",
		`unit = "km"`:                                              "f",
		`reported.unit_symbol = "US$"`:                             "a",
		`reported.text:"record"`:                                   "a",
		`reported.number_text = "860"`:                             "a",
		`reported.multiplier_text = "billion"`:                     "a",
		`comment = "needs a second look"`:                          "b",
		`comment = "second"`:                                       "",
		`origin.producer = "Eurostat"`:                             "c",
		`origin.title = "Table 1"`:                                 "b",
		`origin.title:*`:                                           "b",
		`comment:"needs a second"`:                                 "b",
		`comment:*`:                                                "ab",
		`counted_object:"death"`:                                   "de",
		`time_period = "2010/2011"`:                                "be",
		`time_period < "2011"`:                                     "b",
		`time_period > "2011-03"`:                                  "a",
		`time_period:*`:                                            "abe",
		`create_time > "2020-01-01T00:00:00Z"`:                     "abcdef",
	} {
		t.Run(filter, func(t *testing.T) {
			got := s.list(t, &metricsv1.ListFiguresRequest{Filter: filter, OrderBy: "name"})
			joined := ""
			for _, id := range got {
				joined += id
			}
			must.Equal(t, joined, want)
		})
	}
	for filter, reason := range map[string]string{
		`metric = "trade"`:        "FILTER_VALUE_INVALID",
		`claimant = "minister"`:   "FILTER_VALUE_INVALID",
		`colour = "red"`:          "UNKNOWN_FILTER_FIELD",
		`value > "many"`:          "FILTER_VALUE_INVALID",
		`value_kind = ROUND`:      "FILTER_VALUE_INVALID",
		`time_period = "2023-13"`: "FILTER_VALUE_INVALID",
	} {
		_, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{Filter: filter})
		statustest.Check(t, err, codes.InvalidArgument, reason, "filter")
	}
}

func TestFigureOrdersAndPages(t *testing.T) {
	s := startMixed(t)
	for order, want := range map[string][]string{
		"":                 {"f", "e", "d", "c", "b", "a"},
		"create_time":      {"a", "b", "c", "d", "e", "f"},
		"update_time desc": {"f", "e", "d", "c", "b", "a"},
		"name desc":        {"f", "e", "d", "c", "b", "a"},
		"time_period":      {"c", "d", "f", "b", "e", "a"},
		"time_period desc": {"a", "e", "b", "f", "d", "c"},
	} {
		for _, size := range []int32{0, 1, 4} {
			must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{OrderBy: order, PageSize: size}), want)
		}
	}
}

func TestPagesShowTheRecordOfTheFirst(t *testing.T) {
	s := startMixed(t)
	first, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{PageSize: 2, OrderBy: "name"})
	must.OK(t, err)
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/c", Reason: "wrong"})
	must.OK(t, err)
	s.figure(t, "bb", observed("2013", "1", area("US")))
	rest := s.list(t, &metricsv1.ListFiguresRequest{PageSize: 2, OrderBy: "name", PageToken: first.GetNextPageToken()})
	must.Equal(t, rest, []string{"c", "d", "e", "f"})
	must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{OrderBy: "name"}), []string{"a", "b", "bb", "d", "e", "f"})
	must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{OrderBy: "name", ShowDeleted: true, Filter: `metric = "metrics/trade"`}),
		[]string{"a", "b", "bb", "c"})
}

func TestListRefusals(t *testing.T) {
	s := startMixed(t)
	first, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{PageSize: 2})
	must.OK(t, err)
	token := first.GetNextPageToken()
	for name, test := range map[string]struct {
		req           *metricsv1.ListFiguresRequest
		reason, field string
	}{
		"other filter": {&metricsv1.ListFiguresRequest{PageToken: token, Filter: "frequency = A"}, "PAGE_TOKEN_MISMATCH", "page_token"},
		"tampered":     {&metricsv1.ListFiguresRequest{PageToken: tampered.Token(token)}, "", "page_token"},
		"too large":    {&metricsv1.ListFiguresRequest{PageSize: 1001}, "INVALID_REQUEST", "page_size"},
		"order":        {&metricsv1.ListFiguresRequest{OrderBy: "colour"}, "UNKNOWN_ORDER_FIELD", "order_by"},
		"the future": {&metricsv1.ListFiguresRequest{ReadTime: timestamppb.New(s.server.Settled().AddDate(1, 0, 0))},
			"READ_TIME_NOT_SETTLED", "read_time"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.figures.ListFigures(t.Context(), test.req)
			if test.reason == "" {
				must.True(t, slices.Contains(statustest.Fields(err), test.field), fmt.Sprint(err))
				return
			}
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
}

func TestBatchGet(t *testing.T) {
	s := startMixed(t)
	out, err := s.figures.BatchGetFigures(t.Context(), &metricsv1.BatchGetFiguresRequest{Names: []string{"figures/f", "figures/a"}})
	must.OK(t, err)
	must.Equal(t, []string{out.GetFigures()[0].GetName(), out.GetFigures()[1].GetName()}, []string{"figures/f", "figures/a"})
	_, err = s.figures.BatchGetFigures(t.Context(), &metricsv1.BatchGetFiguresRequest{Names: []string{"figures/f", "figures/none"}})
	statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
}
