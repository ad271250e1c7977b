package tables

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestEveryFieldOfAReviewIsKept(t *testing.T) {
	must.OK(t, reviewColumns.Check(domain.ReviewFields))
	roundTrip(t, filled.Of[domain.Review](), reviewFields)
	roundTrip(t, domain.Review{}, reviewFields)
}
