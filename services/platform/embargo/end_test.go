package embargo_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func name(id string) string { return "figures/" + id }

// TestOneThatCannotBeEndedKeepsNoOther, and the error names it.
func TestOneThatCannotBeEndedKeepsNoOther(t *testing.T) {
	var done []string
	end := func(ids ...string) error {
		if slices.Contains(ids, "bad") {
			return errors.New("broken")
		}
		done = append(done, ids...)
		return nil
	}
	left, err := embargo.EndAll([]string{"a", "bad", "b"}, name, end)
	must.Equal(t, left, 1)
	must.Equal(t, err.Error(), "the embargo of figures/bad cannot be ended: broken")
	must.Equal(t, done, []string{"a", "b"})

	left, err = embargo.EndAll([]string{"c", "d"}, name, end)
	must.OK(t, err)
	must.Equal(t, left, 0)
}

// TestAStoreThatRefusesIsNotAskedForEach: the others would be refused too.
func TestAStoreThatRefusesIsNotAskedForEach(t *testing.T) {
	asked := 0
	left, err := embargo.EndEach([]string{"a", "b", "c"}, name, func(id string) error {
		if asked++; id == "a" {
			return nil
		}
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "no disk")
	})
	must.Equal(t, [2]int{asked, left}, [2]int{2, 2})
	must.True(t, errs.Is(err, errs.Unavailable))
}
