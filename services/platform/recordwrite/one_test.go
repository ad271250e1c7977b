package recordwrite_test

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

type thing struct{ name string }

func (t thing) Name() string { return t.name }

func TestAKindIsAnsweredAtOnceAndAgain(t *testing.T) {
	r := newRecord()
	writes := r.writes()
	writes.Tried = nil
	refused := errors.New("refused")
	var failing error
	things := recordwrite.Kind[*record, *record, thing, *wrapperspb.StringValue]{
		ToProto: func(t thing) *wrapperspb.StringValue { return wrapperspb.String("things/" + t.name) },
		Again: func(_ *record, done recordwrite.Done) (thing, error) {
			must.Equal(t, done.Names, []string{"a"})
			return thing{done.Names[0] + " again"}, failing
		},
	}
	put := func(id string) (*wrapperspb.StringValue, error) {
		return things.Write(t.Context(), writes, "PutThing", request{StringValue: wrapperspb.String("a"), id: id}, nil,
			func(w *record, _ string) (thing, error) {
				w.things = append(w.things, "a")
				return thing{"a"}, failing
			})
	}
	for _, want := range []string{"things/a", "things/a again"} {
		answer, err := put("1")
		must.OK(t, err)
		must.Equal(t, answer.GetValue(), want)
	}
	must.Equal(t, r.things, []string{"a"})
	failing = refused
	for _, id := range []string{"1", "2"} {
		answer, err := put(id)
		must.True(t, errors.Is(err, refused) && answer == nil)
	}
	must.Equal(t, r.things, []string{"a"})
}
