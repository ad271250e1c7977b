package api

import (
	"context"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const reattributionNotFound = "REATTRIBUTION_NOT_FOUND"

// reattribution answers ReattributionService.
type reattribution struct {
	statementsv1.UnimplementedReattributionServiceServer
	core
}

// ReattributeStatements puts one entity in the place of another as the speaker of
// statements.
func (r *reattribution) ReattributeStatements(
	ctx context.Context, req *statementsv1.ReattributeStatementsRequest,
) (*statementsv1.Reattribution, error) {
	if strings.TrimSpace(req.GetFilter()) == "" {
		return nil, errs.Invalid("filter", domain.FieldRequired, "say which statements: a filter of nothing is all of them")
	}
	which, err := listquery.ParseFilter(domain.StatementFields, req.GetFilter())
	if err != nil {
		return nil, err
	}
	in := changes.Reattribution{
		Which: which, KeepRoles: req.GetKeepRoles(),
		Reattribution: domain.Reattribution{
			Record: newRecord(""), Filter: req.GetFilter(), From: req.GetFromEntity(), To: req.GetToEntity(), Reason: req.GetReason(),
		},
	}
	return r.write(ctx, "ReattributeStatements", req, func(w store.Writer, caller string) (domain.Reattribution, error) {
		return changes.Reattribute(w, caller, in)
	})
}

// UndoReattribution undoes a re-attribution as one.
func (r *reattribution) UndoReattribution(
	ctx context.Context, req *statementsv1.UndoReattributionRequest,
) (*statementsv1.Reattribution, error) {
	id, err := parseName("reattribution", req.GetReattribution(), domain.ParseReattribution)
	if err != nil {
		return nil, err
	}
	return r.write(ctx, "UndoReattribution", req, func(w store.Writer, caller string) (domain.Reattribution, error) {
		done, found, err := w.Reattribution(id, store.Newest)
		if err != nil {
			return done, err
		}
		err = present(done.Record, found, false, domain.ReattributionType, reattributionNotFound, req.GetReattribution())
		if err != nil {
			return done, err
		}
		return changes.UndoReattribution(w, caller, done, req.GetReason())
	})
}

// write does one write of a re-attribution.
func (r *reattribution) write(
	ctx context.Context, method string, req writeRequest, do func(w store.Writer, caller string) (domain.Reattribution, error),
) (*statementsv1.Reattribution, error) {
	answer, err := run(ctx, r.core, req, write[domain.Reattribution]{
		Method: method,
		Do: func(w store.Writer, caller string) (domain.Reattribution, []string, error) {
			written, err := do(w, caller)
			return written, []string{written.Name()}, err
		},
		Again: func(r store.Reader, done store.Done) (domain.Reattribution, error) {
			written, found, err := r.Reattribution(domain.LastID(done.Names[0]), done.RecordTime)
			if err != nil {
				return written, err
			}
			return written, present(written.Record, found, true, domain.ReattributionType, reattributionNotFound, done.Names[0])
		},
	})
	if err != nil {
		return nil, err
	}
	out := reattributionToProto(answer)
	if req.GetValidateOnly() {
		out.UndoTime = nil
		if answer.Revision == 1 {
			out.Name, out.CreateTime = "", nil
		}
	}
	return out, nil
}

// GetReattribution answers one re-attribution.
func (r *reattribution) GetReattribution(
	ctx context.Context, req *statementsv1.GetReattributionRequest,
) (*statementsv1.Reattribution, error) {
	id, err := parseName("name", req.GetName(), domain.ParseReattribution)
	if err != nil {
		return nil, err
	}
	return recordread.GetAs(ctx, r.store, req.GetReadTime(), reattributionToProto, func(r store.Reader, at recordtime.Time) (domain.Reattribution, error) {
		found, known, err := r.Reattribution(id, at)
		if err != nil {
			return found, err
		}
		return found, present(found.Record, known, false, domain.ReattributionType, reattributionNotFound, req.GetName())
	})
}

// newestReattributions is a list in one order, of what is never retracted.
type newestReattributions struct {
	*statementsv1.ListReattributionsRequest
}

func (newestReattributions) GetOrderBy() string   { return "" }
func (newestReattributions) GetShowDeleted() bool { return false }

// ListReattributions answers a page of re-attributions.
func (r *reattribution) ListReattributions(
	ctx context.Context, req *statementsv1.ListReattributionsRequest,
) (*statementsv1.ListReattributionsResponse, error) {
	rows, next, err := list(ctx, r.core, "ListReattributions", domain.ReattributionFields, newestReattributions{req}, store.Reader.Reattributions)
	if err != nil {
		return nil, err
	}
	return &statementsv1.ListReattributionsResponse{Reattributions: toProtos(rows, reattributionToProto), NextPageToken: next}, nil
}
