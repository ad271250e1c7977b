package record

import (
	"context"
	"fmt"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// checkClaimants refuses figures whose claimant is neither on record nor in the
// request: the metrics service cannot know. Each name is asked for once.
func (in *ingest) checkClaimants(ctx context.Context) error {
	here := map[string]bool{"": true}
	for _, statement := range in.req.GetStatements() {
		here[statement.GetName()] = true
	}
	for _, entity := range in.req.GetEntities() {
		here[entity.GetName()] = true
	}
	var faults errs.Violations
	for i, figure := range in.req.GetFigures() {
		name := figure.GetClaimant()
		known, asked := here[name]
		if !asked {
			err := in.findClaimant(ctx, name)
			if known = !errs.Is(err, errs.NotFound); err != nil && known {
				return fromStatements(err)
			}
			here[name] = known
		}
		if !known {
			faults.Add(fmt.Sprintf("figures[%d].claimant", i), "REFERENCE_NOT_FOUND", "there is no %s, and the request has none", name)
		}
	}
	return faults.Err()
}

// findClaimant asks for a statement or an entity. What is no valid name of either the
// metrics service refuses.
func (in *ingest) findClaimant(ctx context.Context, name string) (err error) {
	switch {
	case strings.HasPrefix(name, "statements/"):
		_, err = in.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name})
	case strings.HasPrefix(name, "entities/"):
		_, err = in.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name})
	}
	if errs.Is(err, errs.InvalidArgument) {
		return nil
	}
	return err
}
