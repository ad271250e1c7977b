package rest

import (
	"context"
	"errors"
	"sync"

	"google.golang.org/genproto/googleapis/api/httpbody"
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

// shaped is an answer that is sent as JSON: all of it, or the fields of a mask.
type shaped struct {
	message proto.Message
	mask    *wirejson.Mask
	// room is where it is written. Whoever answers the request gives it back then.
	room *[]byte
}

// rooms are used again, up to the size largestRoom in bytes.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

const largestRoom = 1 << 20

func giveBack(room *[]byte) {
	if cap(*room) <= largestRoom {
		rooms.Put(room)
	}
}

func (s *shaped) marshal() (text []byte, err error) {
	*s.room, err = toJSON((*s.room)[:0], s.message, s.mask)
	return *s.room, err
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
	if _, file := answer.(*httpbody.HttpBody); file {
		return answer, nil
	}
	e := editsOf(ctx)
	if e == nil {
		return answer, nil
	}
	if e.room == nil {
		e.room, _ = rooms.Get().(*[]byte)
	}
	return &shaped{answer, e.fields, e.room}, nil
}
