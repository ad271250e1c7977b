package api

import (
	"context"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// core is what every handler needs.
type core struct {
	store     store.Store
	validator protovalidate.Validator
	texts     *texts
}

// Register registers all services over one store. The validator checks the
// merged resources of updates; watch are the intervals of watchers.
func Register(registrar grpc.ServiceRegistrar, st store.Store, validator protovalidate.Validator, watch changefeed.Options) {
	c := core{store: st, validator: validator, texts: newTexts()}
	statementsv1.RegisterDocumentServiceServer(registrar, &documents{core: c})
	statementsv1.RegisterEntityServiceServer(registrar, &entities{core: c})
	statementsv1.RegisterStatementServiceServer(registrar, &statements{core: c})
	statementsv1.RegisterCorrectionServiceServer(registrar, &corrections{core: c})
	statementsv1.RegisterReattributionServiceServer(registrar, &reattribution{core: c})
	statementsv1.RegisterReviewServiceServer(registrar, &reviews{core: c})
	statementsv1.RegisterErasureServiceServer(registrar, &erasure{core: c})
	statementsv1.RegisterStagingServiceServer(registrar, &staging{core: c})
	statementsv1.RegisterVerificationServiceServer(registrar, &verification{core: c})
	statementsv1.RegisterChangeServiceServer(registrar, &changeFeed{core: c, options: watch})
}

// read runs fn with what the caller may read, as the functions of recordread do: no answer
// comes from the store in another way.
func (c core) read(ctx context.Context, fn func(store.Reader) error) error {
	return recordread.Read(ctx, c.store, fn)
}

// present refuses a resource that is not on record, was erased, or was retracted
// unless showDeleted.
func present(record domain.Record, found, showDeleted bool, resourceType, reason, name string) error {
	switch {
	case !found:
		return domain.NotFound(resourceType, reason, name)
	case record.Erased != nil:
		return erased(*record.Erased, resourceType, name)
	case record.IsDeleted() && !showDeleted:
		return retracted(record, resourceType, name)
	default:
		return nil
	}
}

// retracted is the error of a resource that was retracted, with the correction.
func retracted(record domain.Record, resourceType, name string) error {
	return errs.New(errs.NotFound, "RETRACTED", "%s was retracted at %s", name, record.Deleted).
		About(resourceType, name).Detail(correctionToProto(record, name))
}

// badName is the error of a field that should hold a name.
func badName(field string, err error) error {
	if err == nil {
		return nil
	}
	return errs.Invalid(field, "INVALID_NAME", "%s", err.Error())
}

// parseName reads a name in a field.
func parseName(field, name string, parse func(string) (string, error)) (id string, err error) {
	id, err = parse(name)
	return id, badName(field, err)
}

// updateOf is an update of the resource in a field of a request.
func (c core) updateOf(resource string, mask *fieldmaskpb.FieldMask, updatable ...protoreflect.Name) fieldmask.Update {
	return fieldmask.Update{
		Resource: resource, Mask: mask, Updatable: updatable, Validator: c.validator,
		Kept: []protoreflect.Name{"embargo_end_time"}, // or who replaces all fields would end an embargo that is not named
	}
}
