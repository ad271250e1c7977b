package together_test

import (
	"context"
	"errors"
	"slices"
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
	"github.com/onrecord/onrecord/services/gateway/internal/together"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// record is a document and its figures in both services; a zero end is none.
type record struct {
	now      time.Time
	document time.Time
	// former are the ends that the document had, a revision each.
	former  []time.Time
	figures map[string]time.Time
	// early is a figure that was public before its document.
	early string
	// refuse fails a call, by the type of its request.
	refuse func(request any) error
	// meanwhile happens just before the document gets its new end.
	meanwhile func()
	calls     []string
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
		ends := append(slices.Clone(r.former), r.document)
		if at := request.GetReadTime(); at != nil {
			if ends = ends[:at.AsTime().Sub(start)/time.Second]; len(ends) == 0 {
				return status.Error(codes.NotFound, "not yet")
			}
		}
		end := ends[len(ends)-1]
		document := &statementsv1.Document{
			Name: request.GetName(), Restricted: r.restricted(end),
			UpdateTime: timestamppb.New(start.Add(time.Duration(len(ends)) * time.Second)),
		}
		if !end.IsZero() {
			document.EmbargoEndTime = timestamppb.New(end)
		}
		proto.Merge(reply.(proto.Message), document)
	case *statementsv1.UpdateDocumentRequest:
		if request.GetValidateOnly() {
			break
		}
		if r.meanwhile != nil {
			r.meanwhile()
		}
		r.calls = append(r.calls, "document")
		path, end := request.GetUpdateMask().GetPaths()[0], request.GetDocument().GetEmbargoEndTime()
		if path == "headline" || path == "*" && end == nil {
			break
		}
		r.former, r.document = append(r.former, r.document), time.Time{}
		if end != nil {
			r.document = end.AsTime()
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
	_, err := statementsv1.NewDocumentServiceClient(together.Wrap(r, r, nil)).UpdateDocument(ctx,
		&statementsv1.UpdateDocumentRequest{Document: document, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	return err
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

// TestFiguresEndWithTheirDocument: those that had its end have its new one. Whatever end it is
// given, and whichever call fails, no figure is public before the document, and the same
// request again ends what the first began.
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
		fails := rapid.IntRange(0, 8).Draw(t, "failing call")
		r.refuse = func(any) error {
			fails--
			if fails == 0 {
				return status.Error(codes.PermissionDenied, "refused")
			}
			return nil
		}
		if err := r.patch(t.Context(), end, "embargo_end_time"); err != nil {
			must.OK(t, r.patch(t.Context(), end, "embargo_end_time"))
		}
		must.Equal(t, r.early, "")
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

// TestAFigureThatComesMeanwhileEndsWithItsDocument: after the figures were put off, and before
// the document was.
func TestAFigureThatComesMeanwhileEndsWithItsDocument(t *testing.T) {
	r := &record{now: start, document: day(5), figures: map[string]time.Time{}}
	r.meanwhile = func() { r.figures["figures/late"] = r.document }
	must.OK(t, r.patch(t.Context(), day(9), "embargo_end_time"))
	must.True(t, r.figures["figures/late"].Equal(day(9)), "%v", r.figures)
}

// TestOtherChangesAskNobody: neither those of other fields, nor those of what is public.
func TestOtherChangesAskNobody(t *testing.T) {
	r := &record{now: start, document: day(5), figures: map[string]time.Time{"figures/a": day(5)}}
	must.OK(t, r.patch(t.Context(), day(9), "headline"))
	r.now = day(6)
	must.OK(t, r.patch(t.Context(), day(9), "embargo_end_time"))
	must.Equal(t, r.calls, []string{"document", "document"})
}

// TestAnEndThatIsLeftOut: a mask of all fields leaves the embargo as it is, one that names
// the end ends it, and then that of the figures too.
func TestAnEndThatIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // in 2000: the embargo is ahead
		r := &record{now: start, document: day(5), figures: map[string]time.Time{"figures/a": day(5)}}
		documents := statementsv1.NewDocumentServiceClient(together.Wrap(r, r, nil))
		patch := func(path string) {
			t.Helper()
			_, err := documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
				Document: &statementsv1.Document{Name: "documents/d"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}},
			})
			must.OK(t, err)
		}
		var ended *timestamppb.Timestamp
		asked := 0
		r.refuse = func(request any) error {
			asked++
			if figures, ok := request.(*metricsv1.EmbargoFiguresRequest); ok {
				ended = figures.GetEmbargoEndTime()
			}
			return nil
		}
		patch("*")
		must.Equal(t, r.calls, []string{"document"})
		must.Equal(t, asked, 1)
		patch("embargo_end_time")
		must.True(t, ended != nil && ended.AsTime().After(time.Unix(0, 0)) && !ended.AsTime().After(time.Now()), "the figures end at %v", ended)
	})
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
		must.True(t, errs.WriteUnknown(err), "%v says that nothing was written", err)
		must.Contains(t, err.Error(), `documents/d has its new end, but figures on it do not have theirs yet: send the same `+"`embargo_end_time`")
		must.True(t, time.Since(began) < time.Minute, "it gave up after %v", time.Since(began))
		must.Equal(t, errs.Info(errs.ToStatus(err)).GetMetadata()["updated"], "DOCUMENT")

		r.refuse = func(request any) error {
			if _, ok := request.(*metricsv1.EmbargoFiguresRequest); ok {
				return status.Error(codes.Internal, "broken") // of which the caller sees the metadata alone
			}
			return nil
		}
		err = r.patch(t.Context(), day(-1), "embargo_end_time")
		must.True(t, errs.Is(err, errs.Internal), "%v", err)
		must.Equal(t, errs.Info(errs.ToStatus(err)).GetMetadata()["updated"], "DOCUMENT")

		r.refuse = func(request any) error {
			if _, ok := request.(*metricsv1.EmbargoFiguresRequest); ok {
				return errs.ToStatus(errs.New(errs.PermissionDenied, "ROLE_REQUIRED", "no").NotWritten()).Err()
			}
			return nil
		}
		err = r.patch(t.Context(), day(-1), "embargo_end_time")
		must.Equal(t, errs.ReasonOf(err), "ROLE_REQUIRED")
		must.True(t, errs.WriteUnknown(err), "%v says that nothing was written", err)

		r.refuse = nil
		must.OK(t, r.patch(t.Context(), day(-1), "embargo_end_time"))
		must.True(t, r.figures["figures/a"].Equal(day(-1)), "%v", r.figures)
	})
}
