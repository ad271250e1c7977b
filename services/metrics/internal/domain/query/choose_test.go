package query_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func reasonOf(err error) string { return errs.ReasonOf(err) }

// drawReleases draws figures of some sources, periods and releases, in the order of a series.
func drawReleases(t *rapid.T) []*domain.Observation {
	releases := []string{"", "2020", "2020-06", "2020-06-15", "2021-01", "2022"}
	count := rapid.IntRange(0, 30).Draw(t, "figures")
	all := make([]*domain.Observation, count)
	for i := range all {
		o := point(t, month(rapid.IntRange(0, 4).Draw(t, "month")), "1")
		producer := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "producer")
		o.Figure, o.About = string(rune('a'+i)), source(producer)
		o.CreateTime = period(t, "2019").Start + recordtime.Time(rapid.IntRange(0, 3).Draw(t, "recorded"))*400*24*3600*1e6
		if release := rapid.SampledFrom(releases).Draw(t, "release"); release != "" {
			p := period(t, release)
			about := *o.About
			about.Release, o.About = &p, &about
		}
		all[i] = o
	}
	slices.SortStableFunc(all, func(a, b *domain.Observation) int { return int((a.Period.Start - b.Period.Start) / 1e9) })
	return all
}

type sourcePeriod struct{ source, period string }

func countOf(observations []*domain.Observation) map[sourcePeriod]int {
	counts := map[sourcePeriod]int{}
	for _, o := range observations {
		counts[sourcePeriod{o.About.Source.ID, o.Period.EDTF}]++
	}
	return counts
}

func TestAsOfGivesAtMostOneFigurePerSourceAndPeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawReleases(t)
		asOf := period(t, rapid.SampledFrom([]string{"2019", "2020-05", "2020-06-15", "2021", "2030"}).Draw(t, "as of")).End
		for _, vintages := range []query.Vintages{"", query.First, query.Latest} {
			answer := run(t, query.Plan{AsOf: asOf, Vintages: vintages}, "M", all...)
			for of, count := range countOf(answer) {
				must.Equal(t, count, 1)
				for _, o := range all {
					if o.Released() > asOf || o.About.Source.ID != of.source || o.Period.EDTF != of.period {
						continue
					}
					shownOne := answer[slices.IndexFunc(answer, func(a *domain.Observation) bool {
						return a.About.Source.ID == of.source && a.Period.EDTF == of.period
					})]
					must.True(t, shownOne.Released() <= asOf)
					if vintages == query.First {
						must.True(t, shownOne.Released() <= o.Released())
					} else {
						must.True(t, shownOne.Released() >= o.Released())
					}
				}
			}
		}
	})
}

func TestALaterAsOfNeverLosesAPeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawReleases(t)
		days := []string{"2019", "2020-05", "2020-06-14", "2020-06-15", "2020-07", "2021", "2022", "2030"}
		known := map[sourcePeriod]int{}
		for _, day := range days {
			now := countOf(run(t, query.Plan{AsOf: period(t, day).End}, "M", all...))
			for of := range known {
				must.Equal(t, now[of], 1)
			}
			known = now
		}
		must.Equal(t, len(run(t, query.Plan{Vintages: query.All}, "M", all...)), len(all))
	})
}

func TestOneObservationOfTheBestSource(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawReleases(t)
		plan := query.Plan{Best: true, Policy: []domain.SourcePreference{{Producer: "C"}, {Producer: "A"}}}
		answer := run(t, plan, "M", all...)
		for _, o := range answer {
			for _, other := range all {
				if other.Period.EDTF == o.Period.EDTF {
					better := map[string]int{"C": 0, "A": 1, "B": 2}
					must.True(t, better[o.About.Source.Producer] <= better[other.About.Source.Producer])
				}
			}
		}
		periods := map[string]bool{}
		for _, o := range all {
			periods[o.Period.EDTF] = true
		}
		must.Equal(t, len(answer), len(periods))
	})
}

func TestOrderOfSources(t *testing.T) {
	printed := of("Paper", point(t, "2020", "1"))[0]
	about := *printed.About
	about.Source.Document, printed.About = "d", &about
	old := released(t, of("Old", point(t, "2020", "2"))[0], "2021-01")
	young := released(t, of("Young", point(t, "2020", "3"))[0], "2021-02")
	chosen := of("Chosen", point(t, "2020", "4"))[0]
	plan := query.Plan{AsOf: recordtime.Forever, Policy: []domain.SourcePreference{{Producer: "Chosen", Title: "other"}, {Producer: "Chosen"}}}
	answer := run(t, plan, "A", printed, old, young, chosen)
	must.Equal(t, shown(answer), []string{"2020 4", "2020 3", "2020 2", "2020 1"})
	var ranks []string
	for _, r := range plan.Rank(answer) {
		ranks = append(ranks, r.Source.Producer)
	}
	must.Equal(t, ranks, []string{"Chosen", "Young", "Old", "Paper"})
}

func TestBestHasANumber(t *testing.T) {
	good, bad := of("Good", point(t, "2020", "1"))[0], of("Best", missing(t, "2020"))[0]
	policy := []domain.SourcePreference{{Producer: "Best"}}
	change := of("Best", point(t, "2020", "3"))[0]
	change.Kind, change.Figure = domain.KindChange, "z"
	plan := query.Plan{Best: true, Policy: policy}
	must.Equal(t, shown(run(t, plan, "A", good, bad)), []string{"2020 1"})
	must.Equal(t, shown(run(t, plan, "A", good, bad, change)), []string{"2020 1"})
	must.Equal(t, shown(run(t, plan, "A", bad, change)), []string{"2020 3"})
	must.Equal(t, shown(run(t, plan, "A", bad)), []string{"2020 -"})
	unresolved := of("Best", point(t, "2020", "1"))[0] // "$14 billion": nobody knows of which dollars
	unresolved.Normalized = domain.Normalized{Unit: units.Unit{System: "UNRESOLVED", Code: "$"}}
	must.Equal(t, shown(run(t, plan, "A", good, unresolved)), []string{"2020 1"})
	must.Equal(t, run(t, query.Plan{SkipMissing: true}, "A", unresolved), []*domain.Observation{})
}

// TestTwoFiguresOfOneDocument: nobody asked for one number, so that both are shown.
func TestTwoFiguresOfOneDocument(t *testing.T) {
	first, second := point(t, "2022", "860"), point(t, "2022", "863")
	for i, o := range []*domain.Observation{first, second} {
		about := *o.About
		about.DocumentVersion, o.About = "documents/d/versions/1", &about
		o.Figure, o.CreateTime = string(rune('a'+i)), recordtime.Time(i+1)
	}
	must.Equal(t, shown(run(t, query.Plan{}, "A", first, second)), []string{"2022 860", "2022 863"})
	must.Equal(t, shown(run(t, query.Plan{AsOf: 5}, "A", first, second)), []string{"2022 863"})
	must.Equal(t, shown(run(t, query.Plan{LastN: 5}, "A", first, second)), []string{"2022 863"})
	must.Equal(t, shown(run(t, query.Plan{Vintages: query.First}, "A", first, second)), []string{"2022 860"})
}

func TestChangesAndUndatedFiguresReplaceNothing(t *testing.T) {
	level, change := point(t, "2022", "860"), point(t, "2022", "3")
	change.Kind, change.CreateTime = domain.KindChange, 9
	must.Equal(t, shown(run(t, query.Plan{AsOf: 100}, "A", level, change)), []string{"2022 860", "2022 3"})
	var undated []*domain.Observation
	for i, value := range []string{"1", "2"} {
		o := point(t, "2022", value)
		o.Period, o.Figure = domain.TimePeriod{Missing: domain.NotStated}, string(rune('a'+i))
		undated = append(undated, o)
	}
	must.Equal(t, len(run(t, query.Plan{AsOf: 100}, "", undated...)), 2)
	must.Equal(t, len(run(t, query.Plan{AsOf: 100, Best: true}, "", undated...)), 2)
}

func TestSeasonsOfOneYearAreTwoPeriods(t *testing.T) {
	spring, autumn, year := point(t, "2022-21", "1"), point(t, "2022-23", "2"), point(t, "2022~", "3")
	must.Equal(t, len(run(t, query.Plan{AsOf: 100}, "", spring, autumn, year)), 3)
	must.Equal(t, len(run(t, query.Plan{AsOf: 100}, "", point(t, "2022", "1"), point(t, "2022-01/2022-12", "2"))), 1)
}

func TestContradictoryPlans(t *testing.T) {
	metric := domain.Metric{TemporalKind: "STOCK"}
	for _, plan := range []query.Plan{
		{Vintages: query.All, Best: true}, {Vintages: query.All, Fill: query.Gap}, {Vintages: query.All, Transform: query.PercentChange},
		{Vintages: query.All, Frequency: "A", Method: query.Average},
	} {
		reason(t, plan.Check(metric), "CONTRADICTORY")
	}
	sum := query.Plan{Frequency: "A", Method: query.Sum}
	reason(t, sum.Check(metric), "AGGREGATION_NOT_APPLICABLE")
	must.OK(t, sum.Check(domain.Metric{TemporalKind: "FLOW"}))
	for frequency, fits := range map[string]bool{"A": true, "M": true, "Q": true, "D": true, "W": false, "": false} {
		err := sum.CheckSeries(frequency)
		must.Equal(t, err == nil, fits)
	}
	fill := query.Plan{Fill: query.Gap}
	reason(t, fill.CheckSeries(""), "FREQUENCY_REQUIRED")
	changes := query.Plan{Transform: query.Change}
	reason(t, changes.CheckSeries(""), "FREQUENCY_REQUIRED")
	index := query.Plan{Transform: query.Index}
	must.OK(t, index.CheckSeries(""))
}

// TestAllOfASourceStandTogether: a CHANGE is beside the number of its source, whichever of the two is the newer, also where gaps are filled.
func TestAllOfASourceStandTogether(t *testing.T) {
	for _, releases := range [][2]string{{"2021-03", "2021-01"}, {"2021-01", "2021-03"}} {
		a, change, b := of("A", point(t, "2020", "1"))[0], of("A", point(t, "2020", "7"))[0], of("B", point(t, "2020", "20"))[0]
		change.Kind = domain.KindChange
		all := []*domain.Observation{released(t, a, releases[0]), released(t, change, releases[1]), released(t, b, "2021-02")}
		for _, fill := range []query.Fill{"", query.Gap, query.Previous} {
			must.Equal(t, shown(run(t, query.Plan{Fill: fill}, "A", all...)), []string{"2020 1", "2020 7", "2020 20"})
		}
	}
}
