package embargo_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// record is a document and its figures in both services; a zero end is none.
type record struct {
	now      time.Time
	document time.Time
	figures  map[string]time.Time
	// early is a figure that was public before its document.
	early string
	// refuse fails a call, by the type of its request.
	refuse func(request any) error
	calls  []string
}

var _ grpc.ClientConnInterface = (*record)(nil)

func (r *record) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("no stream is asked for here")
}

func (r *record) restricted(end time.Time) bool { return end.After(r.now) }

func (r *record) Invoke(_ context.Context, _ string, args, reply any, _ ...grpc.CallOption) error {
	if r.refuse != nil {
		if err := r.refuse(args); err != nil {
			return err
		}
	}
	defer r.look()
	switch request := args.(type) {
	case *statementsv1.GetDocumentRequest:
		proto.Merge(reply.(proto.Message), &statementsv1.Document{Restricted: r.restricted(r.document), EmbargoEndTime: timestamppb.New(r.document)})
	case *statementsv1.UpdateDocumentRequest:
		if request.GetValidateOnly() {
			break
		}
		r.calls = append(r.calls, "document")
		if request.GetUpdateMask().GetPaths()[0] != "headline" {
			r.document = request.GetDocument().GetEmbargoEndTime().AsTime()
		}
	case *metricsv1.ListFiguresRequest:
		answer := &metricsv1.ListFiguresResponse{}
		for name, end := range r.figures {
			if r.restricted(end) {
				answer.Figures = append(answer.Figures, &metricsv1.Figure{Name: name, Restricted: true, EmbargoEndTime: timestamppb.New(end)})
			}
		}
		proto.Merge(reply.(proto.Message), answer)
	case *metricsv1.EmbargoFiguresRequest:
		r.calls = append(r.calls, "figures")
		for name, end := range r.figures {
			if r.restricted(end) && end.Equal(request.GetPreviousEmbargoEndTime().AsTime()) {
				r.figures[name] = request.GetEmbargoEndTime().AsTime()
			}
		}
	}
	return nil
}

// look finds a figure that readers read before its document.
func (r *record) look() {
	for name, end := range r.figures {
		if r.restricted(r.document) && !r.restricted(end) {
			r.early = name
		}
	}
}

func (r *record) patch(ctx context.Context, end time.Time, paths ...string) error {
	document := &statementsv1.Document{Name: "documents/d", EmbargoEndTime: timestamppb.New(end)}
	_, err := statementsv1.NewDocumentServiceClient(embargo.Wrap(r, r)).UpdateDocument(ctx,
		&statementsv1.UpdateDocumentRequest{Document: document, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	return err
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

// TestFiguresEndWithTheirDocument: those that had its end have its new one, and whatever end
// it is given, and whichever call fails, no figure is public before the document.
func TestFiguresEndWithTheirDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &record{now: start, document: day(rapid.IntRange(1, 9).Draw(t, "end")), figures: map[string]time.Time{}}
		before := map[string]time.Time{}
		for _, name := range []string{"figures/a", "figures/b", "figures/c"} {
			later := rapid.IntRange(0, 3).Draw(t, name)
			r.figures[name] = r.document.AddDate(0, 0, later)
			before[name] = r.figures[name]
		}
		old, end := r.document, day(rapid.IntRange(-2, 12).Draw(t, "new end"))
		fails := rapid.IntRange(0, 6).Draw(t, "failing call")
		r.refuse = func(any) error {
			fails--
			if fails == 0 {
				return status.Error(codes.PermissionDenied, "refused")
			}
			return nil
		}
		err := r.patch(t.Context(), end, "embargo_end_time")
		must.Equal(t, r.early, "")
		if err != nil {
			must.True(t, r.document.Equal(old) || end.Before(old), "a document whose end was put off has it, though the call failed")
			return
		}
		must.True(t, r.document.Equal(end), "the document ends at %v", r.document)
		for name, was := range before {
			want := was
			if was.Equal(old) || was.Before(end) {
				want = end
			}
			must.True(t, r.figures[name].Equal(want), "%s ended at %v and the document at %v, which now ends at %v; it ends at %v", name, was, old, end, r.figures[name])
		}
	})
}

// TestTheOrderOfBothServices: what is put off, figures first; what ends sooner, the document.
func TestTheOrderOfBothServices(t *testing.T) {
	for _, c := range []struct {
		end  time.Time
		want []string
	}{{day(9), []string{"figures", "document"}}, {day(1), []string{"document", "figures"}}, {day(-1), []string{"document", "figures"}}} {
		r := &record{now: start, document: day(5), figures: map[string]time.Time{"figures/a": day(5)}}
		must.OK(t, r.patch(t.Context(), c.end, "*"))
		must.Equal(t, r.calls, c.want)
	}
}

// TestOtherChangesAskNobody: neither those of other fields, nor those of what is public.
func TestOtherChangesAskNobody(t *testing.T) {
	r := &record{now: start, document: day(5), figures: map[string]time.Time{"figures/a": day(5)}}
	must.OK(t, r.patch(t.Context(), day(9), "headline"))
	r.now = day(6)
	must.OK(t, r.patch(t.Context(), day(9), "embargo_end_time"))
	must.Equal(t, r.calls, []string{"document", "document"})
}

// TestTheSecondHalfIsTriedAgain: the document has its end, and its figures would be late.
func TestTheSecondHalfIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &record{now: start, document: day(5), figures: map[string]time.Time{"figures/a": day(5)}}
		down := 3
		r.refuse = func(request any) error {
			if _, ok := request.(*metricsv1.EmbargoFiguresRequest); ok && down > 0 {
				down--
				return status.Error(codes.Unavailable, "down")
			}
			return nil
		}
		must.OK(t, r.patch(t.Context(), day(1), "embargo_end_time"))
		must.True(t, r.figures["figures/a"].Equal(day(1)), "%v", r.figures)

		down = 1 << 30
		began := time.Now()
		err := r.patch(t.Context(), day(-1), "embargo_end_time")
		must.True(t, errs.Is(err, errs.Unavailable), "%v", err)
		must.True(t, time.Since(began) < time.Minute, "it gave up after %v", time.Since(began))
	})
}

// TestFiguresGetTheEndOfTheirDocument: unless they have a later one; an earlier one is refused.
func TestFiguresGetTheEndOfTheirDocument(t *testing.T) {
	end := timestamppb.New(day(5))
	for _, c := range []struct {
		own, end, want *timestamppb.Timestamp
		reason         string
	}{
		{nil, nil, nil, ""},
		{end, nil, end, ""},
		{nil, end, end, ""},
		{end, end, end, ""},
		{timestamppb.New(day(9)), end, timestamppb.New(day(9)), ""},
		{timestamppb.New(day(1)), end, timestamppb.New(day(1)), "EMBARGOED"},
	} {
		figure := &metricsv1.Figure{EmbargoEndTime: c.own}
		err := embargo.Fill(figure, "figures[0]", c.end)
		must.Equal(t, errs.ReasonOf(err), c.reason)
		must.True(t, proto.Equal(figure.GetEmbargoEndTime(), c.want), "%v", figure)
	}
	must.Equal(t, errs.ReasonOf(embargo.Covers(&metricsv1.Figure{}, "figure", end)), "EMBARGOED")
}
