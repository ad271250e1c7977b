package server_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// counted writes a count.
func (s *service) counted(t testing.TB, req *metricsv1.CountFiguresRequest) string {
	t.Helper()
	out := must.Get(s.figures.CountFigures(t.Context(), req))(t)
	words := []string{fmt.Sprint(out.GetTotalCount())}
	for _, group := range out.GetGroups() {
		words = append(words, fmt.Sprintf("%s=%d", group.GetValue(), group.GetCount()))
	}
	return strings.Join(words, " ")
}

func TestCountFigures(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		empty := s.settled()
		s.putMixed(t)
		for by, want := range map[string]string{
			"":                "6",
			"metric":          "6 metrics/trade=3 metrics/deaths=2 metrics/length=1",
			"document":        "6 =5 documents/d=1",
			"value_kind":      "6 POINT=4 NO_VALUE=1 RANGE=1",
			"unit":            "6 1=2 USD=2 EUR=1 km=1",
			"frequency":       "6 =4 A=2",
			"missing_reason":  "6 =5 SUPPRESSED=1",
			"approximator":    "6 NONE=5 ORDER_OF_MAGNITUDE=1",
			"obs_status":      "6 =6",
			"origin.producer": "6 AFP=3 =1 Census=1 Eurostat=1",
		} {
			must.Equal(t, s.counted(t, &metricsv1.CountFiguresRequest{GroupBy: by}), want)
		}
		must.Equal(t, s.counted(t, &metricsv1.CountFiguresRequest{Filter: `metric = "metrics/trade" AND value > "20"`, GroupBy: "unit"}), "2 EUR=1 USD=1")
		_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/a", Reason: "x"})
		must.OK(t, err)
		must.Equal(t, s.counted(t, &metricsv1.CountFiguresRequest{}), "5")
		must.Equal(t, s.counted(t, &metricsv1.CountFiguresRequest{ShowDeleted: true}), "6")
		must.Equal(t, s.counted(t, &metricsv1.CountFiguresRequest{ReadTime: empty, GroupBy: "metric"}), "0")
	})
}

func TestCountFiguresRefusals(t *testing.T) {
	s := startFilled(t)
	_, err := s.figures.CountFigures(t.Context(), &metricsv1.CountFiguresRequest{GroupBy: "value"})
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_GROUP", "group_by")
	_, err = s.figures.CountFigures(t.Context(), &metricsv1.CountFiguresRequest{Filter: "speaker:*"})
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_FILTER_FIELD", "filter")
}
