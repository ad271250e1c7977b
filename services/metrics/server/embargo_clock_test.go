package server_test

import (
	"strconv"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestARecordAheadOfTheClockEndsNoEmbargo: what was recorded by a clock that was fast, or by another one, leaves the record ahead, and each
// write gets a time after the end.
func TestARecordAheadOfTheClockEndsNoEmbargo(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		reader := s.reader(t)
		s.figure(t, "public", observed("2019", "5", area("MX")))
		nothing := reader.seen(t, nil)
		s.pass(t, -3*time.Hour) // the clock is set back
		f := s.printedFor("2020", time.Hour)
		tried := must.Get(s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: proto.CloneOf(f), ValidateOnly: true}))(t)
		must.True(t, tried.GetRestricted())
		must.True(t, s.figure(t, "f", f).GetRestricted())
		must.Equal(t, s.imported(t, s.release("1.10")), counts(1, 0, 0, 0))
		secret := s.embargoed("2021", "7")
		secret.ConfStatus = "C"
		s.figure(t, "secret", secret)

		s.comment(t, "f", "edited")
		must.True(t, must.Get(s.get(t, "f"))(t).GetRestricted())
		_, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
			Figure:     &metricsv1.Figure{Name: "figures/public", EmbargoEndTime: f.GetEmbargoEndTime()},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"embargo_end_time"}},
		})
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_PUBLIC", "figure.embargo_end_time")
		moved := must.Get(s.figures.EmbargoFigures(t.Context(), &metricsv1.EmbargoFiguresRequest{
			Document: "documents/d", EmbargoEndTime: s.in(time.Hour), PreviousEmbargoEndTime: f.GetEmbargoEndTime(),
		}))(t)
		must.Equal(t, moved.GetUpdatedCount(), 1)
		s.pass(t, 59*time.Minute)
		must.Equal(t, reader.seen(t, nil), nothing)
		under := "embargo_end_time > " + strconv.Quote(embargo.Text(time.Unix(1, 0)))
		must.Equal(t, len(s.list(t, &metricsv1.ListFiguresRequest{Filter: under})), 3)

		s.pass(t, 2*time.Minute) // and comes to the end, which the record was beyond
		must.Equal(t, len(s.list(t, &metricsv1.ListFiguresRequest{Filter: under})), 0)
		must.Equal(t, len(reader.list(t, &metricsv1.ListFiguresRequest{})), 3)
		ended := must.Get(s.get(t, "secret"))(t)
		must.True(t, ended.GetRestricted())

		s.pass(t, time.Minute)
		must.Equal(t, must.Get(s.get(t, "secret"))(t), ended) // it ended once
		s.pass(t, -time.Hour)                                 // what is public stays so
		s.comment(t, "f", "again")
		must.False(t, must.Get(s.get(t, "f"))(t).GetRestricted())
		must.Equal(t, len(reader.list(t, &metricsv1.ListFiguresRequest{})), 3)
	})
}

// TestAnErasureKeepsTheEmbargo though the record is ahead of the clock: the figure is published once the clock has come to the end. Only the
// clock of a file is the test's to set.
func TestAnErasureKeepsTheEmbargo(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	reader := s.reader(t)
	f := printed()
	f.EmbargoEndTime = s.in(time.Hour)
	must.Get(s.figures.CreateFigure(t.Context(), withText(f, "f")))(t)
	s.ahead.Store(int64(2 * time.Hour)) // for one write the clock is fast
	s.figure(t, "fast", observed("2019", "5", area("MX")))
	s.ahead.Store(0)
	erased := must.Get(s.figures.EraseFigureWords(t.Context(), &metricsv1.EraseFigureWordsRequest{Document: "documents/d"}))(t)
	must.Equal(t, erased.GetErasedCount(), 1)
	s.pass(t, 59*time.Minute)
	must.Equal(t, reader.list(t, &metricsv1.ListFiguresRequest{}), []string{"fast"})
	s.pass(t, 2*time.Minute)
	must.Equal(t, len(reader.list(t, &metricsv1.ListFiguresRequest{})), 2)
}
