package api

import (
	"context"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// core is what every handler needs.
type core struct {
	store     store.Store
	validator protovalidate.Validator
}

// Register registers all services over one store. The validator checks the merged resources of updates; watch are the
// intervals of watchers.
func Register(registrar grpc.ServiceRegistrar, st store.Store, validator protovalidate.Validator, watch changefeed.Options) {
	c := core{store: st, validator: validator}
	metricsv1.RegisterMetricServiceServer(registrar, &metrics{core: c})
	metricsv1.RegisterFigureServiceServer(registrar, &figures{core: c})
	metricsv1.RegisterCorrectionServiceServer(registrar, &corrections{core: c})
	metricsv1.RegisterImportServiceServer(registrar, &imports{core: c})
	metricsv1.RegisterUnitServiceServer(registrar, &unitTables{core: c})
	metricsv1.RegisterPlaceServiceServer(registrar, &placeLists{core: c})
	metricsv1.RegisterStagingServiceServer(registrar, &staging{core: c})
	metricsv1.RegisterVerificationServiceServer(registrar, &verification{core: c})
	metricsv1.RegisterChangeServiceServer(registrar, &changeFeed{core: c, options: watch})
}

// read runs fn on the record as the caller may read it.
func (c core) read(ctx context.Context, fn func(store.Reader) error) error {
	return recordread.Read(ctx, c.store, fn)
}

// commit runs one transaction, which a trial undoes.
func (c core) commit(ctx context.Context, trial bool, fn func(store.Writer) error) error {
	if trial {
		return c.store.Try(ctx, fn)
	}
	return c.store.Write(ctx, fn)
}

// present refuses a resource that is not on record, or was retracted unless showDeleted.
func present(meta domain.Meta, found, showDeleted bool, resourceType, reason, name string) error {
	switch {
	case !found:
		return domain.NotFound(resourceType, reason, name)
	case meta.Retracted() && !showDeleted:
		return retracted(meta, correctionToProto(meta, name), resourceType, name)
	default:
		return nil
	}
}

// retracted is the error of a resource that was retracted, with the correction.
func retracted(meta domain.Meta, why *typev1.Correction, resourceType, name string) error {
	return errs.New(errs.NotFound, "RETRACTED", "%s was retracted at %s", name, meta.UpdateTime).
		About(resourceType, name).Detail(why)
}

// parseName reads the id of a name in a field.
func parseName(field, name string, pattern resource.Pattern) (id string, err error) {
	ids, err := pattern.Parse(name)
	if err != nil {
		return "", errs.Invalid(field, "INVALID_NAME", "%s", err.Error())
	}
	return ids[0], nil
}

// updateOf is an update of the resource in a field of a request.
func (c core) updateOf(resource string, mask *fieldmaskpb.FieldMask, updatable ...protoreflect.Name) fieldmask.Update {
	return fieldmask.Update{
		Resource: resource, Mask: mask, Updatable: updatable, Validator: c.validator,
		Kept: []protoreflect.Name{"embargo_end_time"}, // or who replaces all fields would end an embargo that is not named
	}
}
