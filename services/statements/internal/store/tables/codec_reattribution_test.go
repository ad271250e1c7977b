package tables

import (
	"reflect"
	"testing"

	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestEveryFieldOfAReattributionIsKept(t *testing.T) {
	var r domain.Reattribution
	fill(reflect.ValueOf(&r).Elem())
	r.Made = nil // kept apart
	roundTrip(t, r)
	roundTrip(t, domain.Reattribution{})
}
