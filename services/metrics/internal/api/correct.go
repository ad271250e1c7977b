package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
)

// updatableOfFigure are the fields that an update changes: what is known around a figure.
var updatableOfFigure = []protoreflect.Name{"origin", "comment", "decimals", "obs_status", "conf_status", "embargo_end_time", "attributes"}

// correctable are the fields that a correction changes: all that CreateFigure takes but the metric.
var correctable = append([]protoreflect.Name{
	"dimensions", "time_period", "frequency", "reported", "value_kind", "value", "values", "lower", "upper", "approximator", "reading_rule",
	"missing_reason", "unit", "unit_mult", "counted_object", "alternates", "comparison_claims", "document_version",
	"release_time", "claimant", "attributed_producer", "derivation", "base_period",
}, updatableOfFigure...)

// CorrectFigure changes what a figure says.
func (s *figures) CorrectFigure(ctx context.Context, req *metricsv1.CorrectFigureRequest) (*metricsv1.CorrectFigureResponse, error) {
	if err := checkCorrect(req); err != nil {
		return nil, err
	}
	var source domain.SourceText
	return run(ctx, s.core, req, write[*metricsv1.CorrectFigureResponse]{
		Method:  "CorrectFigure",
		Prepare: func() (err error) { source, err = sourceOf(req); return err },
		Do: func(w store.Writer, caller string) (*metricsv1.CorrectFigureResponse, []string, error) {
			answer, err := s.correct(w, caller, req, source)
			if err != nil {
				return nil, nil, err
			}
			return answer, append([]string{req.GetName(), answer.GetCorrection().GetName()}, answer.GetStaleFigures()...), nil
		},
		Again: correctedAgain,
	})
}

// checkCorrect refuses what needs no look at the record.
func checkCorrect(req *metricsv1.CorrectFigureRequest) error {
	switch req.GetKind() {
	case typev1.Correction_RETRACTION, typev1.Correction_KILL:
		return errs.Invalid("kind", "KIND_NOT_APPLICABLE",
			"RETRACTION is made by DeleteFigure, KILL on the document that prints the figure")
	default:
	}
	var faults errs.Violations
	if name := req.GetFigure().GetName(); name != "" && name != req.GetName() {
		faults.Add("figure.name", fieldcheck.NameNotEmpty, "names another figure: leave it empty")
	}
	if req.GetFigure() == nil {
		faults.Add("figure", "FIELD_REQUIRED", "is required: the figure with its new values")
	}
	if one, other := req.GetEtag(), req.GetFigure().GetEtag(); one != "" && other != "" && one != other {
		faults.Add("etag", contradictory, "is not figure.etag: set one of the two")
	}
	return faults.Err()
}

// standingFigure reads a figure that is to change, in the state that is meant.
func standingFigure(w store.Writer, name, etag string) (domain.Figure, error) {
	figure, err := readFigure(w, "name", name, store.Newest, false)
	if err != nil {
		return figure, err
	}
	return figure, figure.CheckETag(etag, domain.FigureType, name)
}

func nothingCorrected(name string) error {
	return errs.New(errs.InvalidArgument, "NOTHING_CORRECTED", "%s says that already", name).About(domain.FigureType, name)
}

// correct writes a correction.
func (s *figures) correct(
	w store.Writer, caller string, req *metricsv1.CorrectFigureRequest, source domain.SourceText,
) (*metricsv1.CorrectFigureResponse, error) {
	before, err := standingFigure(w, req.GetName(), cmp.Or(req.GetEtag(), req.GetFigure().GetEtag()))
	if err != nil {
		return nil, err
	}
	prepared, err := s.mergeCorrection(before, req, source)
	if err != nil {
		return nil, err
	}
	after, err := changes.Revise(w, before, prepared)
	if err != nil {
		return nil, err
	}
	if proto.Equal(figureToProto(after), figureToProto(before)) {
		return nil, nothingCorrected(req.GetName())
	}
	after.Meta = before.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagCorrect, Comment: req.GetReason()})
	correction, stale, err := changes.PutCorrected(w, before, after, !saysSame(before, after), domain.Correction{
		Kind: short(req.GetKind()), Reason: req.GetReason(), Caller: caller,
		NoticeText: req.GetNoticeText(), NoticeVersion: req.GetNoticeDocumentVersion(),
	})
	if err != nil {
		return nil, inFigure(err)
	}
	written, err := readFigure(w, "name", req.GetName(), store.Newest, false)
	return &metricsv1.CorrectFigureResponse{
		Figure: figureToProto(written), Correction: correctionProto(correction), StaleFigures: stale,
	}, err
}

// mergeCorrection merges a correction into the figure as it is, and checks the result as a new figure is checked.
func (s *figures) mergeCorrection(
	before domain.Figure, req *metricsv1.CorrectFigureRequest, source domain.SourceText,
) (changes.Figure, error) {
	update := s.updateOf("figure", req.GetUpdateMask(), correctable...)
	current := figureToProto(before)
	merged, changed, err := fieldmask.Merge(update, current, withWhatIsPrinted(current, req))
	if err != nil {
		return changes.Figure{}, err
	}
	if !changed && source.Text == nil {
		return changes.Figure{}, nothingCorrected(req.GetName())
	}
	if merged.GetDerivation() != nil && !statesValue(req) {
		merged.Value = nil // it follows from the formula
	}
	merged.Etag = ""
	return prepareFigure(merged, "figure", source, &before)
}

// withWhatIsPrinted is the figure of a correction. Where it brings reported, that has what is on record in the fields that it leaves out: who
// corrects the number that is printed does not take the words and their places away. A mask of single fields or of all says itself what goes.
func withWhatIsPrinted(current *metricsv1.Figure, req *metricsv1.CorrectFigureRequest) *metricsv1.Figure {
	figure, paths := req.GetFigure(), req.GetUpdateMask().GetPaths()
	within := slices.ContainsFunc(paths, func(path string) bool { return path == "*" || strings.HasPrefix(path, "reported.") })
	if figure.GetReported() == nil || current.GetReported() == nil || within {
		return figure
	}
	figure = proto.CloneOf(figure)
	printed := proto.CloneOf(current.GetReported()).ProtoReflect()
	figure.GetReported().ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		printed.Set(field, value)
		return true
	})
	figure.Reported, _ = printed.Interface().(*metricsv1.Reported)
	return figure
}

// statesValue reports whether a correction itself says what the value is.
func statesValue(req *metricsv1.CorrectFigureRequest) bool {
	paths := req.GetUpdateMask().GetPaths()
	return req.GetFigure().GetValue() != nil && (len(paths) == 0 || slices.Contains(paths, "value") || slices.Contains(paths, "*"))
}

// saysSame reports whether two states of a figure differ only in what an update changes, and in what follows from the record.
func saysSame(before, after domain.Figure) bool {
	a, b := figureToProto(before), figureToProto(after)
	for _, figure := range []*metricsv1.Figure{a, b} {
		source := figure.GetOrigin()
		for _, name := range updatableOfFigure {
			figure.ProtoReflect().Clear(figure.ProtoReflect().Descriptor().Fields().ByName(name))
		}
		figure.Origin = &metricsv1.Origin{Producer: source.GetProducer(), Title: source.GetTitle()}
		figure.Etag, figure.RevisionId, figure.UpdateTime = "", "", nil
		figure.SourceTextSha256, figure.Stale, figure.Restricted = "", false, false
	}
	return proto.Equal(a, b)
}

// correctedAgain reads the answer of a correction that was made before.
func correctedAgain(r store.Reader, done store.Done) (*metricsv1.CorrectFigureResponse, error) {
	figure, err := readFigure(r, "name", done.Names[0], done.RecordTime, true)
	if err != nil {
		return nil, err
	}
	id, err := parseName("name", done.Names[1], domain.CorrectionName)
	if err != nil {
		return nil, err
	}
	correction, _, err := r.Correction(id, done.RecordTime)
	return &metricsv1.CorrectFigureResponse{
		Figure: figureToProto(figure), Correction: correctionProto(correction), StaleFigures: done.Names[2:],
	}, err
}
