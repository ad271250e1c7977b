package api

import (
	"context"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

const (
	// maxVerified is how many figures of one version are verified at once.
	maxVerified = 5000
	// maxMismatches is how many mismatches are listed; all are counted.
	maxMismatches = 100
)

// verification answers VerificationService.
type verification struct {
	metricsv1.UnimplementedVerificationServiceServer
	core
}

// VerifyFigures verifies the figures of a version with its text. Nothing is written, and no transaction is taken, unless there is
// something to write.
func (v *verification) VerifyFigures(ctx context.Context, req *metricsv1.VerifyFiguresRequest) (*metricsv1.VerifyFiguresResponse, error) {
	source, err := sourceOf(req)
	if err != nil {
		return nil, err
	}
	var found *findings
	now, err := v.store.Present(ctx)
	if err != nil {
		return nil, err
	}
	err = v.read(ctx, func(r store.Reader) error {
		found, err = verify(r, req.GetDocumentVersion(), now.Written, source)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(found.verified) == 0 || req.GetValidateOnly() {
		return found.answer, nil
	}
	err = v.store.Write(ctx, func(w store.Writer) error {
		// Again, for what came in between.
		if found, err = verify(w, req.GetDocumentVersion(), store.Newest, source); err != nil {
			return err
		}
		return found.write(w, caller.ID(ctx))
	})
	if err != nil {
		return nil, err
	}
	return found.answer, nil
}

// findings are what comparing a version's figures with its text finds.
type findings struct {
	// verified are the figures that get a revision.
	verified []domain.Figure
	answer   *metricsv1.VerifyFiguresResponse
}

// verify compares the figures that stood on a version at a time. A figure without spans has nothing to be compared and is not counted.
func verify(r store.Reader, version string, at recordtime.Time, source domain.SourceText) (*findings, error) {
	figures, err := figuresOn(r, version, at)
	if err != nil {
		return nil, err
	}
	found := &findings{answer: &metricsv1.VerifyFiguresResponse{}}
	for _, figure := range figures {
		if !figure.HasSpans() {
			continue
		}
		anchored := figure.AnchoredIn(source.SHA256)
		mismatches := source.Verify(&figure)
		switch {
		case len(mismatches) > 0:
			found.answer.MismatchCount++
			found.mismatch(figure.Name(), mismatches)
		case anchored:
			found.answer.AnchoredCount++
		default:
			found.answer.VerifiedCount++
			found.verified = append(found.verified, figure)
		}
	}
	return found, nil
}

// figuresOn reads all figures that stand on a version. FAILED_PRECONDITION, reason TOO_MANY_FACTS, if there are more than maxVerified.
func figuresOn(r store.Reader, version string, at recordtime.Time) ([]domain.Figure, error) {
	filter, err := listquery.ParseFilter(domain.FigureFields, "document_version = "+strconv.Quote(version))
	if err != nil {
		return nil, errs.Invalid("document_version", "INVALID_NAME", "%s", err.Error())
	}
	order, err := listquery.ParseOrder(domain.FigureFields, "create_time")
	if err != nil {
		return nil, err
	}
	figures, err := r.Figures(store.List{At: at, Filter: filter, Order: order, Limit: maxVerified + 1})
	if err == nil && len(figures) > maxVerified {
		err = errs.New(errs.FailedPrecondition, "TOO_MANY_FACTS", "more than %d figures stand on %s", maxVerified, version)
	}
	return figures, err
}

func (f *findings) mismatch(name string, mismatches []domain.Mismatch) {
	room := maxMismatches - len(f.answer.GetMismatches())
	for _, m := range mismatches[:min(room, len(mismatches))] {
		f.answer.Mismatches = append(f.answer.Mismatches, &metricsv1.VerifyFiguresResponse_Mismatch{
			Figure: name, Field: m.Field, Description: m.Description,
		})
	}
}

// write puts the verified figures on record.
func (f *findings) write(w store.Writer, caller string) error {
	for _, before := range f.verified {
		figure := before
		figure.Meta = before.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagVerify})
		if _, err := changes.Put(w, caller, before, figure); err != nil {
			return err
		}
	}
	if len(f.verified) > 0 {
		f.answer.RecordTime = timeToProto(w.RecordTime())
	}
	return nil
}
