package server_test

import (
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// importedFigures imports three years of an area and lists them by period.
func (s *service) importedFigures(t testing.TB) []*metricsv1.Figure {
	t.Helper()
	must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "1.10", "2.20", "3.30"))), counts(3, 0, 0, 0))
	return s.tradeFigures(t, `metric = "metrics/trade"`)
}

// An imported figure is changed, corrected, put back and retracted as any other, and keeps its name and its history.
func TestAnImportedFigureIsAFigure(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		figure := s.importedFigures(t)[1]
		name := figure.GetName()
		must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "1.10", "2.5", "3.30"))), counts(0, 1, 0, 2))

		updated, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
			Figure: &metricsv1.Figure{Name: name, Comment: "seen"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"comment"}},
		})
		must.OK(t, err)
		must.Equal(t, updated.GetUid(), figure.GetUid())
		_, err = s.figures.CorrectFigure(t.Context(), &metricsv1.CorrectFigureRequest{
			Name: name, Figure: &metricsv1.Figure{Value: number("2.6")}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"value"}},
			Kind: typev1.Correction_ERROR, Reason: "misread",
		})
		must.OK(t, err)
		// The same file does not undo the correction; one that says something new is another state.
		s.rejects(t, importOf("2024-02-07", years("MX", "1.10", "2.5", "3.30")), " CORRECTED")
		must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "1.10", "2.7", "3.30"))), counts(0, 1, 0, 2))
		_, err = s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: name, RevisionId: "1", Reason: "as it was"})
		must.OK(t, err)
		gone, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: name, Reason: "wrong"})
		must.OK(t, err)
		must.Equal(t, gone.GetRetraction().GetPreviousRevision(), "6")

		revisions, err := s.figures.ListFigureRevisions(t.Context(), &metricsv1.ListFigureRevisionsRequest{Parent: name})
		must.OK(t, err)
		var values, tags []string
		for _, revision := range revisions.GetFigureRevisions() {
			values = append(values, revision.GetSnapshot().GetValue().GetValue())
			tags = append(tags, revision.GetTags()...)
		}
		must.Equal(t, values, []string{"2.20", "2.20", "2.7", "2.6", "2.5", "2.5", "2.20"})
		must.Equal(t, tags, []string{"retract", "rollback", "import", "correct", "update", "import", "import"})
		_, err = s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: name})
		statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
		before, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: name, ReadTime: figure.GetCreateTime()})
		must.OK(t, err)
		must.Equal(t, before, figure)
		// The same file does not bring it back, another does, under another name.
		s.rejects(t, importOf("2024-02-07", years("MX", "1.10", "2.20", "3.30")), " RETRACTED")
		must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "1.10", "2.21", "3.30"))), counts(1, 0, 0, 2))
		must.Equal(t, len(s.tradeFigures(t, `metric = "metrics/trade"`)), 3)
	})
}

// Whoever keeps a copy hears of every figure that an import adds, changes and takes back.
func TestM19TheFeedTellsWhatAnImportDid(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		figures := s.importedFigures(t)
		series := years("MX", "1.10", "2.5", "3.30")
		series.Observations[2].Action = metricsv1.ImportedObservation_DELETE
		must.Equal(t, s.imported(t, importOf("2024-02-07", series)), counts(0, 1, 1, 1))
		changes, _ := until(t, s.watch(t, everything()))
		var told []string
		for _, change := range changes {
			if figure := change.GetChange().GetFigure(); figure != nil {
				told = append(told, change.GetChange().GetType().String()+" "+change.GetChange().GetName()+" "+figure.GetValue().GetValue())
			}
		}
		must.Equal(t, told, []string{
			"CREATED " + figures[0].GetName() + " 1.10", "CREATED " + figures[1].GetName() + " 2.20", "CREATED " + figures[2].GetName() + " 3.30",
			"UPDATED " + figures[1].GetName() + " 2.5", "RETRACTED " + figures[2].GetName() + " 3.30",
		})
		for i, change := range changes {
			rest, _ := until(t, s.watch(t, after(change.GetResumeToken())))
			must.Equal(t, append(changes[:i+1:i+1], rest...), changes)
		}
		corrections, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{})
		must.OK(t, err)
		kinds := map[string]typev1.Correction_Kind{}
		for _, correction := range corrections.GetCorrections() {
			kinds[correction.GetSubject()] = correction.GetKind()
		}
		must.Equal(t, kinds, map[string]typev1.Correction_Kind{
			figures[1].GetName(): typev1.Correction_UPDATE, figures[2].GetName(): typev1.Correction_RETRACTION,
		})
		// The tombstone says why.
		gone, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: figures[2].GetName(), ShowDeleted: true})
		must.OK(t, err)
		must.True(t, gone.GetDeleteTime() != nil && gone.GetRetraction().GetReason() != "")
	})
}

// The releases of an import are vintages, each with its own figures.
func TestM17ReleasesOfAnImportAreVintages(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.imported(t, importOf("2024-02-07", years("MX", "1", "2"), years("CA", "5")))
		s.imported(t, importOf("2024-03-07", years("MX", "1", "2.5")))
		s.imported(t, importOf("", years("MX", "7")))
		list := func(dimensions map[string]string) (releases []string) {
			answer, err := s.metrics.ListVintages(t.Context(), &metricsv1.ListVintagesRequest{Parent: "metrics/trade", Dimensions: dimensions})
			must.OK(t, err)
			for _, vintage := range answer.GetVintages() {
				releases = append(releases, vintage.GetReleaseTime().GetEdtf())
			}
			return releases
		}
		must.Equal(t, list(nil), []string{"", "2024-03-07", "2024-02-07"})
		must.Equal(t, list(map[string]string{"REF_AREA": "CA"}), []string{"2024-02-07"})
		must.Equal(t, len(s.tradeFigures(t, `time_period = "2001" AND dimensions.REF_AREA = "MX"`)), 2)
		must.Equal(t, len(s.tradeFigures(t, `release_time = "2024-03-07"`)), 2)
	})
}

// A copy has imported figures under the same names, and the next import goes on there.
func TestACopyHasImportedFigures(t *testing.T) {
	for name, targetOf := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "copy.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			source := "sqlite:" + filepath.Join(t.TempDir(), "source.db")
			s := startOn(t, source, changefeed.Options{}, rpcserver.Options{})
			s.fill(t)
			s.figure(t, "own", observed("2001", "9", map[string]string{"REF_AREA": "MX"}))
			figures := s.importedFigures(t)
			series := years("MX", "1.15", "2.20", "3.30")
			series.Observations[2].Action = metricsv1.ImportedObservation_DELETE
			s.imported(t, importOf("2024-02-07", series))
			_, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
				Figure: &metricsv1.Figure{Name: figures[1].GetName(), Comment: "seen"},
			})
			must.OK(t, err)
			s.imported(t, importOf("2024-03-07", years("CA", "5")))
			list := func(s *service) []*metricsv1.Figure {
				answer, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{ShowDeleted: true, OrderBy: "name"})
				must.OK(t, err)
				return answer.GetFigures()
			}
			all := list(s)
			must.Equal(t, len(all), 5)
			must.OK(t, s.server.Close())

			target := targetOf(t)
			report, err := server.Service.Copy(t.Context(), server.Config{Database: source}, server.Config{Database: target}, server.Deps{}, recordcopy.Options{Page: 2})
			must.OK(t, err)
			must.True(t, report.Changes > 8)
			c := startOn(t, target, changefeed.Options{}, rpcserver.Options{})
			must.Equal(t, list(c), all)
			must.Equal(t, c.imported(t, importOf("2024-02-07", years("MX", "1.15", "2.20"))), counts(0, 0, 0, 2))
			must.Equal(t, c.imported(t, importOf("2024-03-07", years("CA", "5", "6"), years("US", "1"))), counts(2, 0, 0, 1))
		})
	}
}

func TestNamesOfImportedFiguresAreReserved(t *testing.T) {
	s := startFilled(t)
	name := s.importedFigures(t)[0].GetName()
	_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: name, Reason: "wrong"})
	must.OK(t, err)
	_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{
		Figure: observed("2001", "9", map[string]string{"REF_AREA": "MX"}), FigureId: name[len("figures/"):],
	})
	statustest.Check(t, err, codes.InvalidArgument, "ID_RESERVED", "")
}

// Of a metric whose areas may be exchanged an import finds its figures the other way round.
func TestImportsOfASymmetricMetric(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		m := trade()
		m.SymmetricDimensions = []string{"REF_AREA", "COUNTERPART_AREA"}
		m.Dimensions[1].Required = true
		s.metric(t, "both", m)
		req := func(area, counterpart string) *metricsv1.ImportFiguresRequest {
			series := years(area, "1", "2")
			series.Dimensions["COUNTERPART_AREA"] = counterpart
			req := importOf("2024", series)
			req.Template.Metric = "metrics/both"
			return req
		}
		must.Equal(t, s.imported(t, req("US", "MX")), counts(2, 0, 0, 0))
		must.Equal(t, s.imported(t, req("MX", "US")), counts(0, 0, 0, 2))
		figures := s.tradeFigures(t, `metric = "metrics/both"`)
		must.Equal(t, len(figures), 2)
		must.Equal(t, figures[0].GetDimensions()["REF_AREA"], "US")
	})
}
