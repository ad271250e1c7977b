package rest

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestPropertyAPageIsTheSameWhateverItsToken: but not whether it is the last, nor whatever
// it lists.
func TestPropertyAPageIsTheSameWhateverItsToken(t *testing.T) {
	nextPage := (&gatewayv1.SearchFactsResponse{}).ProtoReflect().Descriptor().Fields().ByName("next_page_token")
	bytes := func(t must.TB, token string, ranked int32) string {
		answer := &gatewayv1.SearchFactsResponse{NextPageToken: token, StatementsRankedOf: ranked}
		return string(slices.Concat(slices.Collect(withoutNextPage(must.Get(proto.Marshal(answer))(t), nextPage))...))
	}
	rapid.Check(t, func(t *rapid.T) {
		token, other, ranked := rapid.StringN(1, 9, -1).Draw(t, "token"), rapid.StringN(1, 200, -1).Draw(t, "other"), rapid.Int32().Draw(t, "ranked")
		must.Equal(t, bytes(t, token, ranked), bytes(t, other, ranked))
		must.True(t, bytes(t, token, ranked) != bytes(t, "", ranked))
		must.True(t, bytes(t, token, ranked) != bytes(t, token, ranked^1))
		garbled := rapid.SliceOf(rapid.Byte()).Draw(t, "garbled")
		must.True(t, len(slices.Concat(slices.Collect(withoutNextPage(garbled, nextPage))...)) <= len(garbled))
	})
}
