package sourcefill

import (
	"context"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// claimant is who says so, and the field that names it.
type claimant struct{ field, name string }

// checkClaimants refuses claimants that are not on record. Each is asked for once.
func (c *Conn) checkClaimants(ctx context.Context, claimants ...claimant) error {
	var faults errs.Violations
	absent := map[string]bool{}
	for _, one := range claimants {
		if one.name == "" {
			continue
		}
		missing, asked := absent[one.name]
		if !asked {
			err := FindClaimant(ctx, c.statements, c.entities, one.name)
			if missing = errs.Is(err, errs.NotFound); err != nil && !missing {
				return err
			}
			absent[one.name] = missing
		}
		if missing {
			faults.Add(one.field, "REFERENCE_NOT_FOUND", "there is no %s", one.name)
		}
	}
	return faults.Err()
}

// FindClaimant asks for the statement or the entity of a name. What is no valid name of
// either is left to the metrics service to refuse.
func FindClaimant(
	ctx context.Context, statements statementsv1.StatementServiceClient, entities statementsv1.EntityServiceClient, name string,
) (err error) {
	switch {
	case strings.HasPrefix(name, "statements/"):
		_, err = statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name})
	case strings.HasPrefix(name, "entities/"):
		_, err = entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name})
	}
	if errs.Is(err, errs.InvalidArgument) {
		return nil
	}
	return err
}
