package api

import (
	"errors"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// mergeChecked is merge, with the result checked against the rules of its proto.
// changed is false if the update changes nothing: then no revision is made.
func mergeChecked[T proto.Message](
	c core, current, change T, mask *fieldmaskpb.FieldMask, resource string, updatable ...protoreflect.Name,
) (merged T, changed bool, err error) {
	merged, err = merge(current, change, mask, resource, updatable...)
	if err != nil {
		return merged, false, err
	}
	var faults errs.Violations
	faults.AddErr(resource, rpcserver.Validate(c.validator, merged))
	err = faults.Err()
	var broken *errs.Error
	if errors.As(err, &broken) && broken.Kind == errs.InvalidArgument {
		broken.Reason = rpcserver.InvalidRequest // as the chain says of every other request
	}
	return merged, !proto.Equal(current, merged), err
}
