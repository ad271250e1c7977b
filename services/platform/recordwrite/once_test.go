package recordwrite_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// request names a thing to put on record.
type request struct {
	*wrapperspb.StringValue
	id    string
	tried bool
}

func (r request) GetRequestId() string  { return r.id }
func (r request) GetValidateOnly() bool { return r.tried }

// record is a record in memory; it is its own reader and writer.
type record struct {
	recordwrite.Writer
	things   []string
	requests map[recordwrite.Request]recordwrite.Done
}

func (r *record) Replay(request recordwrite.Request) (recordwrite.Done, bool, error) {
	done, found := r.requests[request]
	return done, found, nil
}

func (r *record) RecordTime() recordtime.Time { return recordtime.Time(len(r.things)) }

func (r *record) Remember(request recordwrite.Request, names ...string) error {
	if request.ID != "" {
		r.requests[request] = recordwrite.Done{Names: names, RecordTime: r.RecordTime()}
	}
	return nil
}

// writes is where is written on the record: what fn writes is undone if it fails.
func (r *record) writes() recordwrite.Transactions[*record, *record] {
	try := func(_ context.Context, fn func(*record) error) error {
		copied := record{things: append([]string(nil), r.things...), requests: map[recordwrite.Request]recordwrite.Done{}}
		for request, done := range r.requests {
			copied.requests[request] = done
		}
		return fn(&copied)
	}
	return recordwrite.Transactions[*record, *record]{
		Read:  func(_ context.Context, fn func(*record) error) error { return fn(r) },
		Reads: func(w *record) *record { return w },
		Try:   try,
		Write: func(ctx context.Context, fn func(*record) error) error {
			return try(ctx, func(copied *record) error {
				err := fn(copied)
				if err == nil {
					*r = *copied
				}
				return err
			})
		},
		Tried: func(answer any, _ recordtime.Time) { *answer.(*string) += " (tried)" }, //nolint:forcetypeassert // put answers this
	}
}

// put puts the named thing on record once.
func (r *record) put(ctx context.Context, req request, prepare func() error) (string, error) {
	answer, err := recordwrite.Once(ctx, r.writes(), req, recordwrite.Op[*record, *record, *string]{
		Method:  "PutThing",
		Prepare: prepare,
		Do: func(w *record, _ string) (*string, []string, error) {
			w.things = append(w.things, req.GetValue())
			name := req.GetValue()
			return &name, []string{name}, nil
		},
		Again: func(_ *record, done recordwrite.Done) (*string, error) {
			name := done.Names[0] + " (again)"
			return &name, nil
		},
	})
	if err != nil {
		return "", err
	}
	return *answer, nil
}

func newRecord() *record { return &record{requests: map[recordwrite.Request]recordwrite.Done{}} }

func TestARequestIsDoneOnce(t *testing.T) {
	r := newRecord()
	req := request{StringValue: wrapperspb.String("a"), id: "1"}
	for _, want := range []string{"a", "a (again)"} {
		answer, err := r.put(t.Context(), req, nil)
		must.OK(t, err)
		must.Equal(t, answer, want)
	}
	must.Equal(t, r.things, []string{"a"})
	unnamed := request{StringValue: wrapperspb.String("a")}
	for range 2 {
		_, err := r.put(t.Context(), unnamed, nil)
		must.OK(t, err)
	}
	must.Equal(t, r.things, []string{"a", "a", "a"})
}

func TestARequestThatIsDoneMeanwhileIsDoneOnce(t *testing.T) {
	r := newRecord()
	req := request{StringValue: wrapperspb.String("a"), id: "1"}
	answer, err := r.put(t.Context(), req, func() error {
		_, err := r.put(t.Context(), req, nil)
		return err
	})
	must.OK(t, err)
	must.Equal(t, answer, "a (again)")
	must.Equal(t, r.things, []string{"a"})
}

func TestATrialOfWhatIsDoneMeanwhileIsAnsweredAsItWasDone(t *testing.T) {
	r := newRecord()
	req := request{StringValue: wrapperspb.String("a"), id: "1", tried: true}
	answer, err := r.put(t.Context(), req, func() error {
		_, err := r.put(t.Context(), request{StringValue: req.StringValue, id: req.id}, nil)
		return err
	})
	must.OK(t, err)
	must.Equal(t, answer, "a (again)")
	must.Equal(t, r.things, []string{"a"})
}

func TestATriedRequestLeavesNothing(t *testing.T) {
	r := newRecord()
	req := request{StringValue: wrapperspb.String("a"), id: "1", tried: true}
	answer, err := r.put(t.Context(), req, nil)
	must.OK(t, err)
	must.Equal(t, answer, "a (tried)")
	must.Equal(t, len(r.things), 0)
	req.tried = false
	answer, err = r.put(t.Context(), req, nil)
	must.OK(t, err)
	must.Equal(t, answer, "a")
}

func TestARequestThatCannotBePreparedWritesNothing(t *testing.T) {
	r := newRecord()
	refused := errors.New("refused")
	_, err := r.put(t.Context(), request{StringValue: wrapperspb.String("a"), id: "1"}, func() error { return refused })
	must.Equal(t, err, refused)
	must.Equal(t, len(r.things), 0)
}
