package api

import (
	"context"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// erasure answers ErasureService.
type erasure struct {
	statementsv1.UnimplementedErasureServiceServer
	core
}

// erasable is what the requests of all erasures have.
type erasable interface {
	writeRequest
	GetName() string
	GetReason() string
}

// EraseStatement erases a statement.
func (e *erasure) EraseStatement(ctx context.Context, req *statementsv1.EraseStatementRequest) (*statementsv1.Erasure, error) {
	return e.erase(ctx, req, "EraseStatement", func(w store.Writer, caller string, why domain.Erasure) (int, error) {
		statement, err := statementAt(w, "name", req.GetName(), store.Newest, true)
		if err != nil {
			return 0, err
		}
		if err := statement.CheckETag(req.GetEtag(), domain.StatementType, req.GetName()); err != nil {
			return 0, err
		}
		return 1, changes.EraseStatement(w, caller, statement, why)
	})
}

// EraseDocument erases a document.
func (e *erasure) EraseDocument(ctx context.Context, req *statementsv1.EraseDocumentRequest) (*statementsv1.Erasure, error) {
	return e.erase(ctx, req, "EraseDocument", func(w store.Writer, caller string, why domain.Erasure) (int, error) {
		document, err := documentAt(w, "name", req.GetName(), store.Newest, true)
		if err != nil {
			return 0, err
		}
		if err := document.CheckETag(req.GetEtag(), domain.DocumentType, req.GetName()); err != nil {
			return 0, err
		}
		return changes.EraseDocument(w, caller, document, req.GetCascade(), why)
	})
}

// EraseEntity erases an entity.
func (e *erasure) EraseEntity(ctx context.Context, req *statementsv1.EraseEntityRequest) (*statementsv1.Erasure, error) {
	return e.erase(ctx, req, "EraseEntity", func(w store.Writer, _ string, why domain.Erasure) (int, error) {
		entity, err := entityAt(w, "name", req.GetName(), store.Newest, true)
		if err != nil {
			return 0, err
		}
		if err := entity.CheckETag(req.GetEtag(), domain.EntityType, req.GetName()); err != nil {
			return 0, err
		}
		return 0, changes.EraseEntity(w, entity, why)
	})
}

// erase erases once. do returns how many statements were erased.
func (e *erasure) erase(
	ctx context.Context, req erasable, method string, do func(store.Writer, string, domain.Erasure) (int, error),
) (*statementsv1.Erasure, error) {
	answer, err := run(ctx, e.core, req, write[domain.Erasure]{
		Method: method,
		Do: func(w store.Writer, caller string) (why domain.Erasure, names []string, err error) {
			why = domain.Erasure{At: w.RecordTime(), Reason: req.GetReason(), Caller: caller}
			why.Statements, err = do(w, caller, why)
			return why, []string{req.GetName()}, err
		},
		Again: func(r store.Reader, done store.Done) (domain.Erasure, error) { return erasureOf(r, done.Names[0]) },
	})
	if err != nil {
		return nil, err
	}
	out := erasureToProto(answer, req.GetName())
	if req.GetValidateOnly() {
		out.RecordTime = nil
	} else {
		e.texts.clear()
	}
	return out, nil
}

// erasureOf reads what stays of what was erased.
func erasureOf(r store.Reader, name string) (domain.Erasure, error) {
	var record domain.Record
	kind, id, _ := strings.Cut(name, "/")
	switch kind {
	case "statements":
		statement, _, err := r.Statement(id, store.Newest)
		if err != nil {
			return domain.Erasure{}, err
		}
		record = statement.Record
	case "documents":
		document, _, err := r.Document(id, store.Newest)
		if err != nil {
			return domain.Erasure{}, err
		}
		record = document.Record
	default:
		entity, _, err := r.Entity(id, store.Newest)
		if err != nil {
			return domain.Erasure{}, err
		}
		record = entity.Record
	}
	if record.Erased == nil {
		return domain.Erasure{}, nil // unreachable: an erasure is never undone
	}
	return *record.Erased, nil
}

// erased is the error of a resource that was erased, with what stays of it.
func erased(why domain.Erasure, resourceType, name string) error {
	return errs.New(errs.NotFound, "ERASED", "%s was erased at %s", name, why.At).
		About(resourceType, name).Detail(erasureToProto(why, name))
}

func erasureToProto(why domain.Erasure, name string) *statementsv1.Erasure {
	return &statementsv1.Erasure{
		Subject: name, Reason: why.Reason, RecordTime: timeToProto(why.At), Caller: why.Caller,
		StatementCount: int32(why.Statements), //nolint:gosec // bounded by changes.MaxCascade
	}
}
