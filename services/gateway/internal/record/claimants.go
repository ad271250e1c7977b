package record

import (
	"context"

	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/gateway/internal/sourcefill"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// checkClaimants refuses figures whose claimant is neither on record nor in the
// request, or is a statement of another document under embargo: the metrics service cannot
// know. Each name is asked for once.
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
			on, err := sourcefill.FindClaimant(ctx, in.statements, in.entities, name)
			if known = !errs.Is(err, errs.NotFound); err != nil && known {
				return fromStatements(err)
			}
			at := errs.Index("figures", i) + ".claimant"
			if err := embargo.CheckNaming(ctx, in.documents, in.version.GetName(), on, at); err != nil {
				return fromStatements(err)
			}
			here[name] = known
		}
		if !known {
			faults.Add(errs.Index("figures", i)+".claimant", "REFERENCE_NOT_FOUND", "there is no %s, and the request has none", name)
		}
	}
	return faults.Err()
}
