package cite_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/cite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var at = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)

func work() cite.Work {
	return cite.Work{
		Name: "statements/s", At: at, Permalink: "https://r.example/statements/s?read_time=x",
		Label: func(name string) string {
			return map[string]string{"entities/ana": "Ana Ríos", "metrics/m": "Trade", "entities/office": "An office"}[name]
		},
		Document: &statementsv1.Document{Headline: "A headline", Publisher: "A paper", Byline: "B. Writer", Uri: "https://example.org/a", LanguageCode: "en", RevisionId: "4"},
		Version: &statementsv1.DocumentVersion{
			Name: "documents/d/versions/3", PublishTime: &typev1.TimePeriod{Edtf: "2023-11-18"}, TextSha256: strings.Repeat("a", 64),
		},
	}
}

const onRecord = " On record as statements/s, revision 2, as it stood on 2 January 2026, 03:04:05.000006 UTC: https://r.example/statements/s?read_time=x"

func said(kind statementsv1.Statement_StatementType) *statementsv1.Statement {
	return &statementsv1.Statement{
		StatementType: kind, Text: "We will.", RevisionId: "2", LanguageCode: "en",
		Speakers: []*statementsv1.Speaker{{Entity: "entities/ana", Role: "President"}, {AttributionText: "officials"}}, StatementTime: &typev1.TimePeriod{Edtf: "2023-11-17"},
	}
}

func TestAQuotationIsCitedInQuotes(t *testing.T) {
	w := work()
	w.Statement = said(statementsv1.Statement_DIRECT)
	must.Equal(t, w.Text(), "Ana Ríos (President); officials: “We will.”, said 17 November 2023; "+
		"in B. Writer, “A headline”, A paper, 18 November 2023, https://example.org/a."+onRecord)
}

// TestWhatIsNoQuotationHasNoQuotes: and a translation says that it is one.
func TestWhatIsNoQuotationHasNoQuotes(t *testing.T) {
	w := work()
	w.Statement = said(statementsv1.Statement_INDIRECT)
	must.Contains(t, w.Text(), "officials, retold: We will, said 17 November 2023")
	w.Statement = said(statementsv1.Statement_DIRECT)
	w.Statement.OriginalLanguageCode, w.Statement.Translator = "es", "An agency"
	must.Contains(t, w.Text(), "officials, translated from es by An agency: “We will.”")
	w.Statement.Rank, w.Statement.RankReason = statementsv1.Statement_DEPRECATED, "a hoax"
	must.Contains(t, w.Text(), "[known to be wrong or misleading: a hoax]")
	must.Contains(t, fmt.Sprint(must.Get(w.CSL())(t).AsMap()["note"]), "Known to be wrong or misleading: a hoax")
	w.Statement.Speakers = []*statementsv1.Speaker{{ValueType: statementsv1.Speaker_NONE}}
	must.True(t, strings.HasPrefix(w.Text(), "nobody in particular, "), w.Text())
	w.Statement.Speakers = []*statementsv1.Speaker{{Entity: "entities/gone"}}
	must.True(t, strings.HasPrefix(w.Text(), "entities/gone, "), w.Text())
}

func TestAFigureIsCitedWithItsSource(t *testing.T) {
	w := work()
	usd := &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}
	w.Figure = &metricsv1.Figure{
		Metric: "metrics/m", Dimensions: map[string]string{"REF_AREA": "US"}, TimePeriod: &typev1.TimePeriod{Edtf: "2022"}, ValueKind: metricsv1.Figure_POINT,
		Value: &decimal.Decimal{Value: "860"}, UnitMult: 9, Unit: usd, Normalized: &metricsv1.Normalized{Value: &decimal.Decimal{Value: "860000000000"}, Unit: usd},
		RevisionId: "2", Claimant: "entities/office", AttributedProducer: "A bureau", Reported: &metricsv1.Reported{Text: "US$860 billion"},
	}
	must.Equal(t, w.Text(), "Trade (US), 2022: 860,000,000,000 USD, printed as “US$860 billion”, according to An office, attributed to A bureau; "+
		"in B. Writer, “A headline”, A paper, 18 November 2023, https://example.org/a."+onRecord)
	must.Equal(t, must.Get(w.CSL())(t).AsMap()["title"], any("Trade (US), 2022: US$860 billion")) // with the digits that were printed
	w.Document, w.Version = nil, nil
	w.Figure.Origin = &metricsv1.Origin{Producer: "Census", Title: "Table 1", Uri: "https://example.org/t", PublishTime: &typev1.TimePeriod{Edtf: "2024"}}
	must.Contains(t, w.Text(), "; in Census, Table 1, 2024, https://example.org/t. On record")
	w.Figure.Origin.CitationFull = "Census, Table 1 (2024)."
	must.Contains(t, w.Text(), "; in Census, Table 1 (2024). On record")
	item := must.Get(w.CSL())(t).AsMap()
	must.Equal(t, []any{item["type"], item["publisher"], item["container-title"]}, []any{"dataset", "Census", "Table 1"})
}

// TestWhatOnlyEditorsReadIsCitedAsThat: whoever copies the citation is told.
func TestWhatOnlyEditorsReadIsCitedAsThat(t *testing.T) {
	end := timestamppb.New(time.Date(2027, 3, 1, 8, 30, 0, 0, time.UTC))
	const embargoed = " Under embargo until 1 March 2027, 08:30:00 UTC: only editors and admins read it. On record as"
	for name, c := range map[string]struct {
		is   func(*cite.Work)
		want string
	}{
		"a document":  {func(*cite.Work) {}, embargoed},
		"a statement": {func(w *cite.Work) { w.Statement = said(statementsv1.Statement_DIRECT); w.Statement.Restricted = true }, embargoed},
		"a figure":    {func(w *cite.Work) { w.Figure = &metricsv1.Figure{Restricted: true, EmbargoEndTime: end} }, embargoed},
		"confidential": {func(w *cite.Work) {
			w.Figure = &metricsv1.Figure{Restricted: true, EmbargoEndTime: end, ConfStatus: "C"}
		}, " Only editors and admins read it. On record as"},
	} {
		t.Run(name, func(t *testing.T) {
			w := work()
			w.Document.Restricted, w.Document.EmbargoEndTime = true, end
			c.is(&w)
			must.Contains(t, w.Text(), c.want)
			must.Contains(t, must.Get(w.CSL())(t).AsMap()["note"].(string), "Not for others: ")
		})
	}
}

func TestADocumentIsCitedWithItsHash(t *testing.T) {
	w := work()
	w.Name = "documents/d"
	must.Contains(t, w.Text(), "revision 4, its text in version 3 with the SHA-256 "+strings.Repeat("a", 64))
	item := must.Get(w.CSL())(t).AsMap()
	must.Equal(t, []any{item["type"], item["title"], item["container-title"], item["publisher"]}, []any{"article-newspaper", "A headline", "A paper", "A paper"})
	must.Equal(t, []any{item["version"], item["accessed"]}, []any{nil, nil}) // 4 is no version of the text, and who knows when it was fetched
	w.Version.AccessTime = timestamppb.New(time.Date(2023, 11, 19, 23, 0, 0, 0, time.UTC))
	must.Equal(t, must.Get(w.CSL())(t).AsMap()["accessed"], any(map[string]any{"date-parts": []any{[]any{2023.0, 11.0, 19.0}}}))
	must.Equal(t, item["author"], any([]any{map[string]any{"literal": "B. Writer"}}))
}

// TestWhatADocumentIs: by its byline, its address and how exactly its day is known.
func TestWhatADocumentIs(t *testing.T) {
	for _, c := range []struct{ byline, uri, published, want string }{
		{"B. Writer", "https://example.org/a", "2023", "article-newspaper"},
		{"", "https://example.org/a", "2023-11-18", "webpage"},
		{"", "", "2023-11-18", "article-newspaper"},
		{"", "", "2023-11-18T09:30:00Z", "article-newspaper"},
		{"", "", "2023-11", "document"},
		{"", "", "", "document"},
	} {
		w := work()
		w.Document.Byline, w.Document.Uri, w.Version.PublishTime = c.byline, c.uri, &typev1.TimePeriod{Edtf: c.published}
		must.Equal(t, must.Get(w.CSL())(t).AsMap()["type"], any(c.want))
	}
	w := work()
	w.Document.Byline, w.Document.Uri, w.Version = "", "", nil
	must.Equal(t, must.Get(w.CSL())(t).AsMap()["type"], any("document"))
}

// TestASpeechIsIssuedWhenItWasGiven: when a paper prints it is the paper's day.
func TestASpeechIsIssuedWhenItWasGiven(t *testing.T) {
	w := work()
	w.Statement = said(statementsv1.Statement_DIRECT)
	item := must.Get(w.CSL())(t).AsMap()
	must.Equal(t, item["issued"], any(map[string]any{"date-parts": []any{[]any{2023.0, 11.0, 17.0}}}))
	must.Equal(t, []any{item["type"], item["version"]}, []any{"speech", "2"})
	must.Contains(t, item["note"].(string), "Printed: 18 November 2023")
	w.Statement.StatementTime = &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
	must.Equal(t, must.Get(w.CSL())(t).AsMap()["issued"], nil)
}

// TestCSLDates: parts where there are parts, and words where there are none.
func TestCSLDates(t *testing.T) {
	parts := func(all ...[]any) map[string]any {
		var list []any
		for _, one := range all {
			list = append(list, one)
		}
		return map[string]any{"date-parts": list}
	}
	circa := parts([]any{2022.0})
	circa["circa"] = true
	for edtf, want := range map[string]any{
		"2023":                 parts([]any{2023.0}),
		"2023-11":              parts([]any{2023.0, 11.0}),
		"2023-11-18":           parts([]any{2023.0, 11.0, 18.0}),
		"2023-11-18T09:30:00Z": parts([]any{2023.0, 11.0, 18.0}),
		"2023-11-18/2023-12":   parts([]any{2023.0, 11.0, 18.0}, []any{2023.0, 12.0}),
		"2022~":                circa,
		"201X":                 map[string]any{"literal": "201X"},
		"2004-XX/2006":         map[string]any{"literal": "2004-XX/2006"},
		"2019/..":              map[string]any{"literal": "2019 onwards"},
		"2023-33":              map[string]any{"literal": "first quarter of 2023"},
		"2023-22":              map[string]any{"date-parts": []any{[]any{2023.0}}, "season": 2.0},
		"2022-24~":             map[string]any{"date-parts": []any{[]any{2022.0}}, "season": 4.0, "circa": true},
		"":                     nil,
	} {
		w := work()
		w.Version.PublishTime = &typev1.TimePeriod{Edtf: edtf}
		must.Equal(t, must.Get(w.CSL())(t).AsMap()["issued"], want)
	}
	w := work() // the text for people says it in words
	w.Version.PublishTime = &typev1.TimePeriod{Edtf: "201X"}
	must.Contains(t, w.Text(), "A paper, some year from 2010 to 2019")
}

// TestACitationIsShort: a long statement is cut at a word, and says so.
func TestACitationIsShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := work()
		w.Statement = said(statementsv1.Statement_DIRECT)
		w.Statement.Text = rapid.StringN(0, 2000, -1).Draw(t, "text")
		text := w.Text()
		must.True(t, len([]rune(text)) < 800, "%d", len([]rune(text)))
		must.True(t, len([]rune(w.Statement.GetText())) <= 300 || strings.Contains(text, " […]”"), text)
	})
}

// TestEntitiesAndMetricsAreCited: by what they are called, and what tells them from others.
func TestEntitiesAndMetricsAreCited(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	ana := cite.Work{
		Name: "entities/ana", At: at, Permalink: "https://r.example/entities/ana",
		Entity: &statementsv1.Entity{Name: "entities/ana", DisplayName: "Ana", EntityType: statementsv1.Entity_PERSON, Description: "Harbour mistress.", RevisionId: "2"},
		Label:  func(string) string { return "Anna" },
	}
	must.Equal(t, ana.Text(), "Anna (person): Harbour mistress. On record as entities/ana, revision 2, as it stood on 2 January 2026, 03:04:05.000006 UTC: https://r.example/entities/ana")
	item := must.Get(ana.CSL())(t).AsMap()
	must.Equal(t, []any{item["type"], item["title"], item["abstract"], item["version"]}, []any{"entry", "Anna", "Harbour mistress.", "2"})

	trade := cite.Work{
		Name: "metrics/trade", At: at, Permalink: "https://r.example/metrics/trade",
		Metric: &metricsv1.Metric{Name: "metrics/trade", DisplayName: "Goods trade", Coverage: "goods", DefaultUnit: &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}},
	}
	must.Contains(t, trade.Text(), "Goods trade (metric, coverage goods, in USD). On record as metrics/trade, as it stood")
	item = must.Get(trade.CSL())(t).AsMap()
	must.Equal(t, []any{item["type"], item["title"], item["version"]}, []any{"dataset", "Goods trade", nil})
}
