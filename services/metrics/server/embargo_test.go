package server_test

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// release is an import of a release that only editors read for an hour.
func (s *service) release(values ...string) *metricsv1.ImportFiguresRequest {
	req := importOf("2024-02-07", years("US", values...))
	req.Template.EmbargoEndTime = s.in(time.Hour)
	return req
}

func TestAReleaseUnderEmbargo(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	reader := s.reader(t)
	nothing := reader.seen(t, nil)
	req := s.release("1.10", "2.20")
	must.Equal(t, s.imported(t, req), counts(2, 0, 0, 0))
	must.Equal(t, s.imported(t, req), counts(0, 0, 0, 2))
	must.Equal(t, s.imported(t, importOf("2024-02-07", years("US", "1.10", "2.20"))), counts(0, 0, 0, 2)) // the embargo stays
	changed := s.release("1.10", "2.5")
	changed.Template.EmbargoEndTime = req.Template.EmbargoEndTime
	must.Equal(t, s.imported(t, changed), counts(0, 1, 0, 1))
	must.Equal(t, reader.seen(t, nil), nothing)
	s.pass(t, 2*time.Hour)
	all := s.tradeFigures(t, "restricted = false")
	must.Equal(t, len(all), 2)
	must.Equal(t, reader.tradeFigures(t, ""), all)
	must.NotEqual(t, reader.seen(t, nil)["vintages"], nothing["vintages"])
	must.Equal(t, reader.seen(t, nil)["search"], nothing["search"]) // words find no figure of a data file
	must.Equal(t, reader.seen(t, nil)["corrections"], nothing["corrections"])

	// What is public stays so; another release is another figure.
	again := must.Get(s.imports.ImportFigures(t.Context(), s.release("1.10", "9")))(t)
	must.Equal(t, len(again.GetRejections()), 2)
	must.Equal(t, again.GetRejections()[0].GetReason(), "ALREADY_PUBLIC")
	next := s.release("3")
	next.Template.ReleaseTime = period("2024-03-07")
	must.Equal(t, s.imported(t, next), counts(1, 0, 0, 0))
	must.Equal(t, reader.tradeFigures(t, ""), all)
	late := s.release("3")
	late.Template.EmbargoEndTime = s.in(11 * 366 * 24 * time.Hour)
	_, err := s.imports.ImportFigures(t.Context(), late)
	statustest.Check(t, err, codes.InvalidArgument, "EMBARGO_TOO_LONG", "template.embargo_end_time")

	// Of single observations, a new figure's and one on record, that one is rejected.
	for _, at := range []int{2, 0} {
		req := importOf("2024-02-07", years("US", "1.10", "2.5", "3"))
		req.Series[0].Observations[at].EmbargoEndTime = late.GetTemplate().GetEmbargoEndTime()
		rejections := must.Get(s.imports.ImportFigures(t.Context(), req))(t).GetRejections()
		must.Equal(t, len(rejections), 1)
		must.Equal(t, rejections[0].GetReason(), "EMBARGO_TOO_LONG")
		must.Equal(t, rejections[0].GetObservationIndex(), int32(at))
	}
}

// TestAnObservationUnderEmbargo: one of a file, whose point says so to editors, and whatever is
// computed of it.
func TestAnObservationUnderEmbargo(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	reader, end := s.reader(t), s.in(time.Hour)
	req := importOf("2024-02-07", years("MX", "1", "2", "4"))
	req.Series[0].Observations[1].EmbargoEndTime = end
	must.Equal(t, s.imported(t, req), counts(3, 0, 0, 0))
	of := func(s *service, req *metricsv1.QueryMetricRequest) (out []bool) {
		req.Name, req.Dimensions = "metrics/trade", map[string]string{"REF_AREA": "MX"}
		answer := must.Get(s.metrics.QueryMetric(t.Context(), req))(t)
		for _, o := range answer.GetSeries()[0].GetObservations() {
			out = append(out, o.GetRestricted())
			if o.GetRestricted() {
				must.Equal(t, o.GetEmbargoEndTime().AsTime(), end.AsTime())
			}
		}
		return out
	}
	must.Equal(t, of(s, &metricsv1.QueryMetricRequest{}), []bool{false, true, false})
	must.Equal(t, of(reader, &metricsv1.QueryMetricRequest{}), []bool{false, false})
	must.Equal(t, of(s, &metricsv1.QueryMetricRequest{Transform: metricsv1.QueryMetricRequest_PC1})[1:], []bool{true, true})
	s.pass(t, 2*time.Hour)
	must.Equal(t, of(s, &metricsv1.QueryMetricRequest{}), []bool{false, false, false})
	must.Equal(t, of(reader, &metricsv1.QueryMetricRequest{}), []bool{false, false, false})
}

func TestAnImportThatSaysConfidentialTakesFiguresFromReaders(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	reader := s.reader(t)
	s.imported(t, importOf("2024-02-07", years("US", "1.10", "2.20")))
	before, public := s.settled(), reader.tradeFigures(t, "")
	secret := importOf("2024-02-07", years("US", "1.10"))
	secret.Template.ConfStatus = "C"
	must.Equal(t, s.imported(t, secret), counts(0, 1, 0, 0))
	must.Equal(t, reader.tradeFigures(t, ""), public[1:])
	list := must.Get(reader.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{ReadTime: before, OrderBy: "time_period"}))(t)
	must.Equal(t, list.GetFigures(), public)
	must.Equal(t, len(s.tradeFigures(t, "restricted = true")), 1)
	free := importOf("2024-02-07", years("US", "1.10"))
	free.Template.ConfStatus = "F"
	must.Equal(t, s.imported(t, free), counts(0, 1, 0, 0))
	must.Equal(t, len(reader.tradeFigures(t, "")), 2)
}

// printedFor is the figure of the test document, in a year and under embargo.
func (s *service) printedFor(year string, end time.Duration) *metricsv1.Figure {
	f := observed(year, "5", area("US"))
	f.DocumentVersion, f.EmbargoEndTime = version, s.in(end)
	return f
}

func TestTheFiguresOfADocumentEndTheirEmbargoWithIt(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	own, other := s.printedFor("2021", 2*time.Hour), s.printedFor("2022", time.Hour)
	s.figure(t, "document", s.printedFor("2020", time.Hour))
	s.figure(t, "own", own)
	other.DocumentVersion = "documents/other/versions/1"
	s.figure(t, "other", other)
	s.figure(t, "public", s.printedFor("2023", -time.Hour))
	end := func(id string) *timestamppb.Timestamp { return must.Get(s.get(t, id))(t).GetEmbargoEndTime() }
	first := end("document")
	embargo := func(req *metricsv1.EmbargoFiguresRequest) int32 {
		t.Helper()
		req.Document = "documents/d"
		answer := must.Get(s.figures.EmbargoFigures(t.Context(), req))(t)
		must.Equal(t, answer.GetRecordTime() != nil, answer.GetUpdatedCount() > 0 && !req.GetValidateOnly())
		return answer.GetUpdatedCount()
	}
	later := s.in(3 * time.Hour)
	must.Equal(t, embargo(&metricsv1.EmbargoFiguresRequest{EmbargoEndTime: later, ValidateOnly: true}), 2)
	must.Equal(t, embargo(&metricsv1.EmbargoFiguresRequest{EmbargoEndTime: later, PreviousEmbargoEndTime: first}), 1)
	must.Equal(t, embargo(&metricsv1.EmbargoFiguresRequest{EmbargoEndTime: later, PreviousEmbargoEndTime: first}), 0)
	must.Equal(t, end("document"), later)
	must.Equal(t, end("own"), own.GetEmbargoEndTime())
	must.Equal(t, end("other"), other.GetEmbargoEndTime())
	_, err := s.figures.EmbargoFigures(t.Context(), &metricsv1.EmbargoFiguresRequest{
		Document: "documents/d", EmbargoEndTime: s.in(11 * 366 * 24 * time.Hour),
	})
	statustest.Check(t, err, codes.InvalidArgument, "EMBARGO_TOO_LONG", "embargo_end_time")
	_, err = s.figures.EmbargoFigures(t.Context(), &metricsv1.EmbargoFiguresRequest{Document: "documents/d"})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "embargo_end_time")
	must.Equal(t, embargo(&metricsv1.EmbargoFiguresRequest{EmbargoEndTime: s.in(-time.Second)}), 2) // now
	must.False(t, must.Get(s.get(t, "own"))(t).GetRestricted())
	must.True(t, must.Get(s.get(t, "other"))(t).GetRestricted())
	must.Equal(t, embargo(&metricsv1.EmbargoFiguresRequest{EmbargoEndTime: later}), 0)
}

// TestFiguresGetTheEndOfTheirDocument: if they have none. What it is by the time a request
// is sent again makes it no other request.
func TestFiguresGetTheEndOfTheirDocument(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	end, own := s.in(time.Hour), s.in(2*time.Hour)
	figures := func(year string) []*metricsv1.Figure {
		without, with, elsewhere := s.printedFor(year, 0), s.printedFor(year, 0), observed(year, "5", area("MX"))
		without.EmbargoEndTime, with.EmbargoEndTime = nil, own
		return []*metricsv1.Figure{without, with, elsewhere}
	}
	check := func(got []*metricsv1.Figure) {
		t.Helper()
		must.Equal(t, got[0].GetEmbargoEndTime(), end)
		must.Equal(t, got[1].GetEmbargoEndTime(), own)
		must.True(t, got[2].GetEmbargoEndTime() == nil && !got[2].GetRestricted(), "%v", got[2])
	}
	batch, stage := &metricsv1.BatchCreateFiguresRequest{RequestId: resource.NewUID()}, &metricsv1.StageFiguresRequest{RequestId: resource.NewUID(), Figures: figures("2020")}
	for _, figure := range figures("2021") {
		batch.Requests = append(batch.Requests, &metricsv1.CreateFigureRequest{Figure: figure})
	}
	single := &metricsv1.CreateFigureRequest{RequestId: resource.NewUID(), Figure: figures("2022")[0]}
	for _, now := range []*timestamppb.Timestamp{end, own, nil} {
		single.DocumentEmbargoEndTime, batch.DocumentEmbargoEndTime, stage.DocumentEmbargoEndTime = now, now, now
		must.Equal(t, must.Get(s.figures.CreateFigure(t.Context(), single))(t).GetEmbargoEndTime(), end)
		check(must.Get(s.figures.BatchCreateFigures(t.Context(), batch))(t).GetFigures())
		must.Get(s.staging.StageFigures(t.Context(), stage))(t)
	}
	check(must.Get(s.publish(t, stage.GetRequestId()))(t).GetFigures())

	batch.RequestId, batch.Requests[0].DocumentEmbargoEndTime = "", end
	_, err := s.figures.BatchCreateFigures(t.Context(), batch)
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_EMPTY", "requests[0].document_embargo_end_time")
	single.RequestId, single.DocumentEmbargoEndTime = "", &timestamppb.Timestamp{}
	_, err = s.figures.CreateFigure(t.Context(), single)
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_TIMESTAMP", "document_embargo_end_time")
}

func TestAStageKeepsItsEmbargo(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	stage := func(end time.Duration, id string) *metricsv1.Figure {
		f := s.printedFor("2020", end)
		f.Name = "figures/" + id
		req := &metricsv1.StageFiguresRequest{RequestId: resource.NewUID(), Figures: []*metricsv1.Figure{f}}
		_, err := s.staging.StageFigures(t.Context(), req)
		must.OK(t, err)
		s.pass(t, 10*time.Minute)
		return must.Get(s.publish(t, req.GetRequestId()))(t).GetFigures()[0]
	}
	must.True(t, stage(time.Hour, "a").GetRestricted())
	must.False(t, stage(5*time.Minute, "b").GetRestricted()) // it ended in between
}
