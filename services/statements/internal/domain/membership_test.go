package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// held is a membership between two days.
func held(t *testing.T, role, start, end string) domain.Membership {
	t.Helper()
	var faults errs.Violations
	m := domain.Membership{Role: role, Start: domain.NewDay(start, "start_date", &faults), End: domain.NewDay(end, "end_date", &faults)}
	must.OK(t, faults.Err())
	return m
}

func TestMembershipAt(t *testing.T) {
	for _, test := range []struct {
		start, end, at string
		want           bool
	}{
		{"2018-12-01", "", "2018-12-01", true},
		{"2018-12-01", "", "2018-11-30", false},
		{"2018-12-01", "", "2018", false}, // not during all of it
		{"2018-12-01", "", "2019", true},
		{"2018-12-01", "2019-03-05", "2019-03-05", true},
		{"2018-12-01", "2019-03-05", "2019-03-06", false},
		{"2018-12-01", "2019-03-05", "2019-03-05T23:59:59Z", true},
		{"2018", "2020", "2018-06-01", false}, // it may have begun later
		{"2018", "2020", "2018-12-31", true},
		{"2018", "2020", "2019", true},
		{"2018", "2020", "2020-01-01", true},
		{"2018", "2020", "2020-01-02", false}, // it may have ended by then
		{"2018-12~", "", "2019", true},
		{"", "2020", "2019", false}, // since when is not known
		{"", "", "2019", false},
		{"2018", "", "2019/..", false},
		{"2018", "", "../2019", false},
	} {
		e := domain.Entity{Memberships: []domain.Membership{held(t, "r", test.start, test.end)}}
		at, err := domain.NewPeriod(test.at, "")
		must.OK(t, err)
		_, ok := e.MembershipAt(at)
		must.Equal(t, ok, test.want)
	}
	_, ok := domain.Entity{Memberships: []domain.Membership{held(t, "r", "2018", "")}}.MembershipAt(domain.Period{Missing: domain.NotStated})
	must.False(t, ok)
}

// TestMembershipAtOfSeveral: of two offices at one time none is chosen.
func TestMembershipAtOfSeveral(t *testing.T) {
	e := domain.Entity{Memberships: []domain.Membership{
		held(t, "minister", "2018-01-01", "2018-12-31"), held(t, "president", "2019-01-01", ""), held(t, "chair", "2020-01-01", ""),
	}}
	role := func(at string) string {
		period, err := domain.NewPeriod(at, "")
		must.OK(t, err)
		found, _ := e.MembershipAt(period)
		return found.Role
	}
	must.Equal(t, role("2018-06"), "minister")
	must.Equal(t, role("2019-06"), "president")
	must.Equal(t, role("2020-06"), "")
	must.Equal(t, role("2018-12-31/2019-01-01"), "")
}

func TestEntityCheck(t *testing.T) {
	check := func(e domain.Entity) error {
		var faults errs.Violations
		e.Check("entity", &faults)
		return faults.Err()
	}
	for _, test := range []struct {
		start, end string
		ok         bool
	}{
		{"2018-12-02", "2018-12-01", false},
		{"2018-12-02", "2018-12-02", true},
		{"2018-12", "2018-12-01", true},
		{"2019", "2018-12-31", false},
		{"2019", "2019", true},
		{"2019", "", true},
		{"", "2019", true},
	} {
		err := check(domain.Entity{Memberships: []domain.Membership{{Role: "r"}, held(t, "r", test.start, test.end)}})
		if test.ok {
			must.OK(t, err)
			continue
		}
		must.Equal(t, errs.ReasonOf(err), domain.EndsBeforeStart)
		must.Contains(t, err.Error(), "entity.memberships[1].end_date")
	}
	must.Equal(t, errs.ReasonOf(check(domain.Entity{Names: []domain.LocalName{{"Wien", "de"}, {"Wien", "en"}, {"Wien", "DE"}}})), "DUPLICATE_ITEM")
	must.OK(t, check(domain.Entity{Names: []domain.LocalName{{"Wien", "de"}, {"Wien", "en"}, {"Vindobona", "de"}}}))
	own := domain.Entity{Record: domain.Record{ID: "mx"}, Memberships: []domain.Membership{{Organization: "entities/mx"}}}
	must.Equal(t, errs.ReasonOf(check(own)), domain.SameEntity)
}
