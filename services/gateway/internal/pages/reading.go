package pages

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/labels"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// reading is how a request wants the record read.
type reading struct {
	// time is the record time; nil for the present.
	time *timestamppb.Timestamp
	// failed is set when something that the page asks for cannot be had.
	failed *atomic.Bool
	// since is up to when the page has what was recorded.
	since *since
	// languages are those that names are wanted in, the preferred first, BCP 47.
	languages []string
}

type readingKey struct{}

func withReading(ctx context.Context, at reading) context.Context {
	return context.WithValue(ctx, readingKey{}, at)
}

// readingOf is the reading of a request; the present, in no language, if none was set.
func readingOf(ctx context.Context) reading {
	at, _ := ctx.Value(readingKey{}).(reading)
	return at
}

// readTimeParam is the parameter of all pages that read the record: RFC 3339.
const readTimeParam = "read_time"

// lately is how long ago the record is settled, as a rule, whatever clock it goes by.
const lately = time.Minute

// timeAsked is the record time that an address asks for; nil for the present. A late one is
// shown to the record first: a page may ask for nothing that refuses it, or go without.
func (e *explorer) timeAsked(r *http.Request) (*timestamppb.Timestamp, error) {
	given := r.URL.Query().Get(readTimeParam)
	if given == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339Nano, given)
	if err != nil {
		return nil, errs.Invalid(readTimeParam, "MALFORMED_PARAMETER", "%q is not a time of RFC 3339, such as 2026-11-27T03:04:05Z", given)
	}
	at := timestamppb.New(t)
	if err := at.CheckValid(); err != nil {
		return nil, errs.Invalid(readTimeParam, "INVALID_TIMESTAMP", "%s", err.Error())
	}
	if t.After(time.Now().Add(-lately)) {
		if _, err = e.Record.ListCorrections(r.Context(), &gatewayv1.ListCorrectionsRequest{PageSize: 1, ReadTime: at}); refusesTime(err) {
			return nil, err
		}
	}
	return at, nil
}

// refusesTime reports whether an error is of the record time: what it refuses is of no time.
func refusesTime(err error) bool {
	return err != nil && slices.ContainsFunc(errs.ToStatus(err).Details(), func(detail any) bool {
		request, ok := detail.(*errdetails.BadRequest)
		return ok && slices.ContainsFunc(request.GetFieldViolations(), func(v *errdetails.BadRequest_FieldViolation) bool {
			return v.GetField() == readTimeParam
		})
	})
}

// past notes the record time that a page shows, nil for the present.
func (p *page) past(r *http.Request, at *timestamppb.Timestamp) {
	if at == nil {
		return
	}
	// Pages after the first go on at that time only.
	p.AsOf, p.Now = newMoment(at), addressWith(r, func(q url.Values) { q.Del(readTimeParam) })
	if p.API != "" {
		p.API = addressInTime(p.API, p.AsOf.Machine)
	}
}

// code is the languages as the API takes them.
func (at reading) code() string { return strings.Join(at.languages, ",") }

// nameOf is what an entity is called in the languages of the reader.
func (at reading) nameOf(en *statementsv1.Entity) string {
	return labels.OfEntity(at.languages, en).GetText()
}
