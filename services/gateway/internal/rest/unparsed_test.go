package rest

import (
	"slices"
	"testing"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestAnswersAreWrittenFromTheirBytes: an answer that was left unparsed and one that was
// parsed are the same JSON.
func TestAnswersAreWrittenFromTheirBytes(t *testing.T) {
	parsed := &statementsv1.Entity{Name: "entities/a", DisplayName: "A <b>", Etag: `"1-a"`}
	wire := must.Get(proto.Marshal(parsed))(t)
	left := &statementsv1.Entity{}
	codecOfBytes := &bytesCodec{}
	must.OK(t, codecOfBytes.Unmarshal(mem.BufferSlice{mem.SliceBuffer(wire)}, left))
	must.Equal(t, left.GetName(), "")
	want := must.Get(newCodec().Marshal(parsed))(t)
	got := must.Get(newCodec().Marshal(left))(t)
	must.Equal(t, string(got), string(want))
	must.Equal(t, string(want), `{"name":"entities/a","etag":"\"1-a\"","displayName":"A <b>"}`)
}

// TestATagIsOfAllThatDecidesAnAnswer: other bytes, another form or other fields have
// another tag.
func TestATagIsOfAllThatDecidesAnAnswer(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range []*edits{{}, {form: form{fields: "name"}}, {form: form{format: "jsonld"}}} {
		for _, url := range []string{"http://a", "http://b"} {
			for _, bytes := range [][]byte{nil, protowire.AppendTag(nil, 1, protowire.VarintType)} {
				wire := slices.Values([][]byte{bytes})
				tag := e.tag(wire, url)
				must.False(t, seen[tag])
				must.Equal(t, tag, e.tag(wire, url))
				seen[tag] = true
			}
		}
	}
}
