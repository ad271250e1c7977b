package pages

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

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

// readTimeParam is the parameter of the pages that show the past too: RFC 3339.
const readTimeParam = "read_time"

// asOf reads the record time out of the parameters of a page that allows it. The request
// that it answers carries the time to everything that the page looks up.
func (e *explorer) asOf(r *http.Request, p params) (*http.Request, error) {
	given := p.get(readTimeParam)
	if given == "" {
		return r, nil
	}
	t, err := time.Parse(time.RFC3339Nano, given)
	if err != nil {
		return nil, errs.Invalid(readTimeParam, "MALFORMED_PARAMETER", "%q is not a time of RFC 3339, such as 2026-11-27T03:04:05Z", given)
	}
	at := readingOf(r.Context())
	at.time = timestamppb.New(t)
	return r.WithContext(withReading(r.Context(), at)), nil
}

// past notes the record time that a page was asked for, which it has accepted.
func (p *page) past(r *http.Request) {
	q := r.URL.Query()
	t, err := time.Parse(time.RFC3339Nano, q.Get(readTimeParam))
	if err != nil {
		return
	}
	q.Del(readTimeParam)
	q.Del("page_token") // it goes on at that time only
	p.AsOf, p.Now = newMoment(timestamppb.New(t)), strings.TrimSuffix(r.URL.Path+"?"+q.Encode(), "?")
}

// code is the languages as the API takes them.
func (at reading) code() string { return strings.Join(at.languages, ",") }

// nameOf is what an entity is called in the languages of the reader.
func (at reading) nameOf(en *statementsv1.Entity) string {
	return labels.OfEntity(at.languages, en).GetText()
}
