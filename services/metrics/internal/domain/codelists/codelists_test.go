package codelists_test

import (
	"slices"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/codelists"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestListsAreWhole(t *testing.T) {
	must.Equal(t, len(codelists.ObsStatus().Codes()), 20)
	must.Equal(t, len(codelists.ConfStatus().Codes()), 12)
	var absent []string
	for _, list := range []codelists.List{codelists.ObsStatus(), codelists.ConfStatus()} {
		codes := list.Codes()
		must.True(t, slices.IsSorted(codes))
		must.Equal(t, len(slices.Compact(codes)), len(list.Codes()))
		for _, text := range list.Codes() {
			code, found := list.Find(text)
			must.True(t, found && code.Name != "")
			if code.Absent {
				absent = append(absent, text)
			}
		}
	}
	must.Equal(t, absent, []string{"H", "L", "M", "O", "Q"})
	_, found := codelists.ObsStatus().Find("p")
	must.True(t, !found)
}
