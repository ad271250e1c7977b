package api

import (
	"context"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// PublishDocument makes visible what was staged. It is answered by reading what
// was published at its record time, the first time as any other.
func (s *staging) PublishDocument(
	ctx context.Context, req *statementsv1.PublishDocumentRequest,
) (out *statementsv1.PublishDocumentResponse, err error) {
	out, err = s.published(ctx, req.GetRequestId())
	if err != nil || out != nil {
		return out, err
	}
	err = s.store.Write(ctx, func(w store.Writer) error {
		end, found, err := publishedEnd(w, req.GetRequestId())
		if err != nil {
			return err
		}
		if !found {
			if end, err = publish(w, req.GetRequestId()); err != nil {
				return err
			}
		}
		out, err = publishedToProto(w, end.Names, end.RecordTime)
		return err
	})
	return out, err
}

// published answers what was published before, without a transaction; nil if it
// was not.
func (s *staging) published(ctx context.Context, requestID string) (out *statementsv1.PublishDocumentResponse, err error) {
	err = s.read(ctx, func(r store.Reader) error {
		end, found, err := publishedEnd(r, requestID)
		if err != nil || !found {
			return err
		}
		out, err = publishedToProto(r, end.Names, end.RecordTime)
		return err
	})
	return out, err
}

func publishedEnd(r store.Reader, requestID string) (store.StageEnd, bool, error) {
	end, found, err := r.StageEnd(requestID)
	return end, found && end.Outcome == store.Published, err
}

// publish puts a stage on record in the name of who staged it. It cannot fail for
// what happened since: its names were kept free, and what it refers to could not
// be retracted.
func publish(w store.Writer, requestID string) (store.StageEnd, error) {
	stage, found, err := w.Staged(requestID)
	if err != nil {
		return store.StageEnd{}, err
	}
	if !found {
		return store.StageEnd{}, notPublishable(w, requestID)
	}
	payload, err := changes.DecodePayload(stage.Payload)
	if err != nil {
		return store.StageEnd{}, err
	}
	names := []string{domain.DocumentName(payload.Document), domain.VersionName(payload.Document, payload.Version)}
	names = append(names, payload.Entities...)
	for _, statement := range payload.Set.Statements {
		names = append(names, statement.Name())
	}
	// The names are free from here on, for Apply.
	if err := w.EndStage(requestID, store.Published, stage.Caller, names...); err != nil {
		return store.StageEnd{}, err
	}
	payload.Set.Staged = true
	_, err = changes.Apply(w, stage.Caller, payload.Set)
	return store.StageEnd{Names: names, RecordTime: w.RecordTime()}, err
}

func notPublishable(w store.Writer, requestID string) error {
	end, found, err := w.StageEnd(requestID)
	switch {
	case err != nil:
		return err
	case found:
		return errs.New(errs.FailedPrecondition, stageDiscarded, "what was staged under %s was discarded at %s", requestID, end.RecordTime)
	default:
		return recordwrite.ErrNotStaged(requestID)
	}
}

// publishedToProto reads what was published, by its names: the document, the
// version, entities, statements.
func publishedToProto(r store.Reader, names []string, at recordtime.Time) (*statementsv1.PublishDocumentResponse, error) {
	out := &statementsv1.PublishDocumentResponse{RecordTime: timeToProto(at)}
	document, err := documentAt(r, "name", names[0], at, true)
	if err != nil {
		return nil, err
	}
	version, err := versionAgain(r, names[1], at)
	if err != nil {
		return nil, err
	}
	out.Document, out.DocumentVersion = documentToProto(document), versionToProto(version)
	var statements []string
	for _, name := range names[2:] {
		if !strings.HasPrefix(name, "entities/") {
			statements = append(statements, name)
			continue
		}
		entity, err := entityAt(r, "name", name, at, true)
		if err != nil {
			return nil, err
		}
		out.Entities = append(out.Entities, entityToProto(entity))
	}
	written, err := writtenStatements(r, statements, at)
	out.Statements = toProtos(written, statementToProto)
	return out, err
}
