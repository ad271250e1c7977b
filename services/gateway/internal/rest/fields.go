package rest

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/wirejson"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// fieldsParameter is the query parameter that cuts a JSON answer down to some of its
// fields (AIP-157).
const fieldsParameter = "fields"

// unavailable is the field of joined views that names the services that did not
// answer. It is in every answer: without it what is missing would look as if it were
// not on record.
const unavailable = "unavailable"

// shaped is an answer of which only some fields are sent.
type shaped struct {
	message proto.Message
	mask    *wirejson.Mask
}

// parseFields reads the paths of the parameter fields; nil if none are given.
func (op *operation) parseFields(fields string) (*wirejson.Mask, error) {
	if fields == "" {
		return nil, nil
	}
	if op.output.Fields().ByName(unavailable) != nil {
		fields += "," + unavailable
	}
	mask, err := wirejson.ParseMask(op.output, fields)
	if wrong, ok := errors.AsType[*wirejson.MaskError](err); ok {
		return nil, errs.Invalid(fieldsParameter, malformedParameter, "%s %s", quote(wrong.Path), wrong.Problem)
	}
	return mask, err
}

// shape hands the fields that were asked for to the codec.
func shape(ctx context.Context, answer proto.Message) (any, error) {
	if e := editsOf(ctx); e != nil && e.fields != nil {
		return &shaped{message: answer, mask: e.fields}, nil
	}
	return answer, nil
}
