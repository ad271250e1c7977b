package tables

import (
	"reflect"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestEveryFieldOfAReviewIsKept(t *testing.T) {
	must.OK(t, reviewColumns.Check(domain.ReviewFields))
	var r domain.Review
	fill(reflect.ValueOf(&r).Elem())
	roundTrip(t, r)
	roundTrip(t, domain.Review{})
}
