package changefeed_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

const service = "onrecord.test.v1"

func places() *rapid.Generator[changefeed.Place] {
	return rapid.Custom(func(t *rapid.T) changefeed.Place {
		return changefeed.Place{
			Time: recordtime.Time(rapid.Int64().Draw(t, "time")), Kind: rapid.IntRange(0, 9).Draw(t, "kind"),
			ID: rapid.StringMatching(`[a-z0-9-]{0,63}`).Draw(t, "id"), Revision: rapid.Int64().Draw(t, "revision"),
		}
	})
}

func TestATokenIsItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := places().Draw(t, "place")
		token := changefeed.Token(service, place)
		must.True(t, len(token) <= 512, "%d bytes", len(token))
		got, err := changefeed.ParseToken(service, token)
		must.OK(t, err)
		must.Equal(t, got, place)
		_, err = changefeed.ParseToken("onrecord.other.v1", token)
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
	})
}

func TestPropertyNoOtherTextIsAToken(t *testing.T) {
	made := changefeed.Token(service, changefeed.Place{Time: 5, Kind: 1, ID: "a", Revision: 1})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_-]{0,200}`), rapid.Custom(func(t *rapid.T) string {
			at := rapid.IntRange(0, len(made)-1).Draw(t, "at")
			return made[:at] + rapid.StringMatching(`[A-Za-z0-9_=\n-]?`).Draw(t, "byte") + made[at+1:]
		})).Draw(t, "text")
		if text == made {
			return
		}
		_, err := changefeed.ParseToken(service, text)
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
	})
}

func TestPlacesAreOrdered(t *testing.T) {
	ordered := []changefeed.Place{
		{}, changefeed.Through(8), {Time: 9, Kind: 1, ID: "a", Revision: 1}, {Time: 9, Kind: 1, ID: "a", Revision: 2},
		{Time: 9, Kind: 1, ID: "b", Revision: 1}, {Time: 9, Kind: 2, ID: "a", Revision: 1}, changefeed.Through(9), {Time: 11},
	}
	for i, p := range ordered {
		for j, q := range ordered {
			got := p.Compare(q)
			must.True(t, (got < 0) == (i < j) && (got > 0) == (i > j), "%v and %v: %d", p, q, got)
		}
	}
}
