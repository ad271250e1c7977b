package stablejson_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/onrecord/onrecord/services/platform/stablejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestWhiteSpaceIsLeftOutButNotInTexts(t *testing.T) {
	value := must.Get(structpb.NewStruct(map[string]any{"b": []any{1.0, " x  y "}, "a": map[string]any{"": nil}}))(t)
	must.Equal(t, string(must.Get(stablejson.Marshal(value))(t)), `{"a":{"":null},"b":[1," x  y "]}`)
}

func TestWhatIsNotUTF8IsRefused(t *testing.T) {
	_, err := stablejson.Marshal(wrapperspb.String("caf\xe9"))
	must.True(t, err != nil, "a text that is not UTF-8 was written")
}
