package tables

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestEveryFieldOfAReattributionIsKept(t *testing.T) {
	r := filled.Of[domain.Reattribution]()
	r.Made = nil // kept apart
	roundTrip(t, r, reattributionFields)
	roundTrip(t, domain.Reattribution{}, reattributionFields)
}
