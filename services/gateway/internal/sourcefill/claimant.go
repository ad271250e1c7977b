package sourcefill

import (
	"context"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// claimant is who says so, the field that names it, and the version on which the figure
// stands.
type claimant struct{ field, name, figureOn string }

// claimantOf returns who says what a figure says, by the field of the request that has it.
func claimantOf(at string, figure *metricsv1.Figure) claimant {
	return claimant{errs.JoinPath(at, "claimant"), figure.GetClaimant(), figure.GetDocumentVersion()}
}

// checkClaimants refuses claimants that are not on record, and statements of another
// document under embargo. Each is asked for once.
func (c *Conn) checkClaimants(ctx context.Context, claimants ...claimant) error {
	var faults errs.Violations
	absent, restricted := map[string]bool{}, map[string]string{}
	for _, one := range claimants {
		if one.name == "" {
			continue
		}
		missing, asked := absent[one.name]
		if !asked {
			on, err := FindClaimant(ctx, c.statements, c.entities, one.name)
			if missing = errs.Is(err, errs.NotFound); err != nil && !missing {
				return err
			}
			absent[one.name], restricted[one.name] = missing, on
		}
		if err := embargo.CheckNaming(ctx, c.documents, one.figureOn, restricted[one.name], one.field); err != nil {
			return err
		}
		if missing {
			faults.Add(one.field, "REFERENCE_NOT_FOUND", "there is no %s", one.name)
		}
	}
	return faults.Err()
}

// FindClaimant asks for the statement or the entity of a name. What is no valid name of
// either is left to the metrics service to refuse. Of a statement that readers may not read
// it returns the version that it stands on.
func FindClaimant(
	ctx context.Context, statements statementsv1.StatementServiceClient, entities statementsv1.EntityServiceClient, name string,
) (restrictedOn string, err error) {
	switch {
	case strings.HasPrefix(name, "statements/"):
		var statement *statementsv1.Statement
		statement, err = statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name})
		if statement.GetRestricted() {
			restrictedOn = statement.GetDocumentVersion()
		}
	case strings.HasPrefix(name, "entities/"):
		_, err = entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name})
	}
	if errs.Is(err, errs.InvalidArgument) {
		return "", nil
	}
	return restrictedOn, err
}
