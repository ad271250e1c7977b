package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// comment changes the comment of a figure, which is no correction.
func (s *service) comment(t testing.TB, id, comment string) {
	t.Helper()
	_, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
		Figure: &metricsv1.Figure{Name: "figures/" + id, Comment: comment}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"comment"}},
	})
	must.OK(t, err)
}

// revisions lists the revisions of a figure, one a page: their numbers, tags and comments.
func (s *service) revisions(t testing.TB, id string) []string {
	t.Helper()
	found, token := []string{}, ""
	for {
		page, err := s.figures.ListFigureRevisions(t.Context(), &metricsv1.ListFigureRevisionsRequest{Parent: "figures/" + id, PageSize: 1, PageToken: token})
		must.OK(t, err)
		for _, revision := range page.GetFigureRevisions() {
			one, err := s.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{Name: revision.GetName()})
			must.OK(t, err)
			must.Equal(t, one, revision)
			must.Equal(t, revision.GetName(), "figures/"+id+"/revisions/"+revision.GetSnapshot().GetRevisionId())
			must.Equal(t, revision.GetCreateTime(), revision.GetSnapshot().GetUpdateTime())
			found = append(found, revision.GetSnapshot().GetRevisionId()+" "+revision.GetTags()[0]+" "+revision.GetComment())
		}
		if token = page.GetNextPageToken(); token == "" {
			return found
		}
	}
}

func TestRevisionsAndRollbackOfFigures(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		first := s.figure(t, "f", observed("2022", "860", area("US")))
		s.comment(t, "f", "seen")
		s.correct(t, correction("f", &metricsv1.Figure{Value: number("806"), TimePeriod: period("2021")}, "value", "time_period"))
		back, err := s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: "figures/f", RevisionId: "1", Reason: "it was right"})
		must.OK(t, err)
		must.Equal(t, back.GetRevisionId(), "4")
		back.Etag, back.RevisionId, back.UpdateTime = first.GetEtag(), "1", first.GetUpdateTime()
		must.Equal(t, back, first)
		must.Equal(t, s.revisions(t, "f"), []string{"4 rollback it was right", "3 correct it was misread", "2 update ", "1 create "})

		_, err = s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: "figures/f", RevisionId: "1", Reason: "again"})
		statustest.Check(t, err, codes.InvalidArgument, "NOTHING_CORRECTED", "")
		back, err = s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: "figures/f", RevisionId: "2", Reason: "the comment too"})
		must.OK(t, err)
		must.Equal(t, back.GetComment(), "seen")
		why, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{Filter: `subject = "figures/f"`})
		must.OK(t, err)
		must.Equal(t, len(why.GetCorrections()), 2) // a comment says nothing of the figure
		must.Equal(t, why.GetCorrections()[0].GetKind(), typev1.Correction_ERROR)
		must.Equal(t, why.GetCorrections()[0].GetReason(), "it was right")
		must.Equal(t, why.GetCorrections()[0].GetNewRevision(), "4")

		for number, reason := range map[string]string{"9": "REVISION_NOT_FOUND", "0": "INVALID_REQUEST"} {
			_, err = s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: "figures/f", RevisionId: number, Reason: "no"})
			must.Equal(t, errs.ReasonOf(err), reason)
		}
	})
}

func TestRevisionsOfARetractedFigure(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "f", observed("2022", "860", area("US")))
	_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f", Reason: "twice"})
	must.OK(t, err)
	must.Equal(t, s.revisions(t, "f"), []string{"2 retract twice", "1 create "})
	_, err = s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: "figures/f", RevisionId: "1", Reason: "no"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{Name: "figures/f/revisions/3"})
	statustest.Check(t, err, codes.NotFound, "REVISION_NOT_FOUND", "")
	_, err = s.figures.ListFigureRevisions(t.Context(), &metricsv1.ListFigureRevisionsRequest{Parent: "figures/none"})
	statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
}

func TestDiffOfRevisions(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "f", observed("2022", "860", map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"}))
		s.correct(t, correction("f", &metricsv1.Figure{
			Dimensions: map[string]string{"REF_AREA": "MX"}, ValueKind: metricsv1.Figure_RANGE, Lower: bound("1", true), Upper: bound("2", false),
		}, "dimensions", "value_kind", "value", "lower", "upper"))
		diff, err := s.figures.DiffFigureRevisions(t.Context(), &metricsv1.DiffFigureRevisionsRequest{Name: "figures/f/revisions/1", To: "2"})
		must.OK(t, err)
		must.Equal(t, diff.GetFromRevision(), "figures/f/revisions/1")
		must.Equal(t, diff.GetToRevision(), "figures/f/revisions/2")
		fields := map[string][2]*structpb.Value{}
		for _, change := range diff.GetChanges() {
			fields[change.GetField()] = [2]*structpb.Value{change.GetOldValue(), change.GetNewValue()}
		}
		must.Equal(t, fields["dimensions[REF_AREA]"][1].GetStringValue(), "MX")
		must.Equal(t, fields["dimensions[FLOW]"][0].GetStringValue(), "TOTAL")
		must.True(t, fields["dimensions[FLOW]"][1] == nil)
		must.Equal(t, fields["value_kind"][1].GetStringValue(), "RANGE")
		must.Equal(t, fields["value"][0].GetStructValue().GetFields()["value"].GetStringValue(), "860")
		must.True(t, fields["lower"][0] == nil)
		for _, same := range []string{"etag", "update_time", "revision_id", "unit"} {
			_, changed := fields[same]
			must.False(t, changed, same)
		}
		same, err := s.figures.DiffFigureRevisions(t.Context(), &metricsv1.DiffFigureRevisionsRequest{Name: "figures/f/revisions/2", To: "2"})
		must.OK(t, err)
		must.Equal(t, len(same.GetChanges()), 0)
		_, err = s.figures.DiffFigureRevisions(t.Context(), &metricsv1.DiffFigureRevisionsRequest{Name: "figures/f/revisions/1", To: "3"})
		statustest.Check(t, err, codes.NotFound, "REVISION_NOT_FOUND", "")
	})
}
