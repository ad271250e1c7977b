package domain_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// parts are the texts that a figure is found by, with the language of those that have one.
func parts(f domain.Figure, m domain.Metric) (texts []string) {
	for _, part := range f.SearchParts(&m) {
		texts = append(texts, strings.TrimSpace(part.Text+" "+part.LanguageCode))
	}
	return texts
}

func TestSearchParts(t *testing.T) {
	m := goodsTrade()
	m.Aliases = append(m.Aliases, "Goods trade", "TRADE IN GOODS")
	m.Dimensions = []domain.Dimension{{ID: "WHO", Role: "REPORTER"}, {ID: "WHERE", CodeList: "M49"}, {ID: "REF_AREA", Role: "OTHER"}}
	mexico := []string{"United Mexican States", "México", "Mexique", "Mexiko"}
	names := []string{"Trade in goods of the US and Mexico en", "Bilateral goods trade en"}
	must.Equal(t, parts(domain.Figure{}, m), names)
	must.Equal(t, parts(domain.Figure{}, domain.Metric{}), nil)
	must.Equal(t, parts(domain.Figure{Comment: "c", CountedObject: "o"}, m), append([]string{"c", "o"}, names...))
	// Places are those whose role or code list says so.
	must.Equal(t, parts(domain.Figure{Dimensions: map[string]string{"WHO": "MX", "REF_AREA": "US", "FLOW": "DE"}}, domain.Metric{Dimensions: m.Dimensions}),
		mexico)
	must.Equal(t, parts(domain.Figure{Dimensions: map[string]string{"WHERE": "484", "COUNTERPART_AREA": "nowhere"}}, domain.Metric{Dimensions: m.Dimensions}),
		mexico)
	// What is printed, if no span has it.
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{UnitSymbol: "US$", NumberText: "860", MultiplierText: "billion"}}, domain.Metric{}),
		[]string{"US$ 860 billion"})
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{Text: "860 billion", Spans: []domain.Span{
		{Start: 10, End: 13, Exact: "860", Prefix: "about ", Suffix: " billion dollars"},
	}}}, domain.Metric{}), []string{"about 860 billion dollars"})
	// A number is no word of the passage because its digits are a part of another's; nor is what is printed left out
	// because there is a text without it. It stands there in whatever order, and is no phrase with what it does not stand by.
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{NumberText: "3", Spans: []domain.Span{{Exact: "in 2023"}}}}, domain.Metric{}),
		[]string{"in 2023", "3"})
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{Text: "thousands of km, 3,000 in all", NumberText: "3,000", UnitSymbol: "km", MultiplierText: "m"}},
		domain.Metric{}), []string{"thousands of km, 3,000 in all", "m"})
	must.Equal(t, parts(domain.Figure{
		Reported:   &domain.Reported{Text: "3,000 km", NumberText: "3,000", UnitSymbol: "km"},
		Alternates: []domain.Alternate{{Reported: &domain.Reported{NumberText: "1,864", UnitSymbol: "km"}}},
	}, domain.Metric{}), []string{"3,000 km", "1,864"})
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{Text: "a record US$860bn", NumberText: "860", MultiplierText: "bn"}}, domain.Metric{}),
		[]string{"a record US$860bn", "860 bn"})
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{Text: "a record US$ 860 billion", NumberText: "860"}}, domain.Metric{}),
		[]string{"a record US$ 860 billion"})
	// What is printed without a word is none to be found by.
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{Text: "%", UnitSymbol: "%", Spans: []domain.Span{{Exact: "3 %"}}}}, domain.Metric{}),
		[]string{"3 %"})
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{UnitSymbol: "%"}}, domain.Metric{}), nil)
	// Of words that are withheld the context stays, in two pieces.
	must.Equal(t, parts(domain.Figure{Reported: &domain.Reported{Spans: []domain.Span{{Start: 10, End: 13, Prefix: "about ", Suffix: " dollars"}}}},
		domain.Metric{}), []string{"about", "dollars"})
}

// Whatever the spans of a text are, the passages that are kept are pieces of it, and hold all spans.
func TestPropertyPassagesArePiecesOfTheText(t *testing.T) {
	text := []rune("In 2022 trade between the two countries was worth a record US$860 billion — «un récord» — said the 墨西哥 minister, who asked for more.")
	rapid.Check(t, func(t *rapid.T) {
		f := domain.Figure{Reported: &domain.Reported{}}
		for range rapid.IntRange(1, 5).Draw(t, "spans") {
			start := rapid.IntRange(0, len(text)-2).Draw(t, "start")
			end := rapid.IntRange(start+1, len(text)-1).Draw(t, "end")
			f.Reported.Spans = append(f.Reported.Spans, domain.Span{
				Start: start, End: end, Exact: string(text[start:end]),
				Prefix: string(text[max(0, start-rapid.IntRange(0, 9).Draw(t, "prefix")):start]),
				Suffix: string(text[end:min(len(text), end+rapid.IntRange(0, 9).Draw(t, "suffix"))]),
			})
		}
		got := parts(f, domain.Metric{})
		for _, part := range got {
			must.True(t, strings.Contains(string(text), part))
		}
		for _, span := range f.Reported.Spans {
			found := false
			for _, part := range f.SearchParts(&domain.Metric{}) {
				found = found || strings.Contains(part.Text, span.Prefix+span.Exact+span.Suffix)
			}
			must.True(t, found, span)
		}
	})
}

func TestGroupAndFacetValues(t *testing.T) {
	f := domain.Figure{Metric: "m", DocumentVersion: "documents/d/versions/2", ObsStatus: []string{"P", "E", "P"}, Kind: domain.Point}
	for field, want := range map[string]string{
		"metric": "metrics/m", "document": "documents/d", "document_version": "documents/d/versions/2", "obs_status": "E P", "claimant": "",
		"value_kind": "POINT", "approximator": "NONE",
	} {
		must.Equal(t, strings.Join(f.GroupValues(field), " "), want)
	}
	for edtf, want := range map[string]string{"2022-03": "2022", "2019/2021": "2019", "../2018": "2018", "2020/..": "2020", "": ""} {
		if f.Period = (domain.TimePeriod{}); edtf != "" {
			f.Period = must.Get(domain.ParsePeriod(edtf))(t)
		}
		must.Equal(t, f.FacetValues("year"), []string{want})
	}
	for _, field := range domain.GroupFields {
		must.Equal(t, len((&domain.Figure{}).GroupValues(field)), 1)
	}
}
