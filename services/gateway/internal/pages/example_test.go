package pages_test

import (
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

const noteText = "A note\n\nThe speaker told us: “trade of US$860 billion 🇲🇽 needs no wall”.\nThe border is nearly 3,000km long.\n"

var recorded = time.Date(2026, 11, 27, 3, 4, 5, 678901000, time.UTC)

// at is the span of words in the note.
func at(words string, role typev1.TextSpan_Role) *typev1.TextSpan {
	start := utf8.RuneCountInString(noteText[:strings.Index(noteText, words)])
	return span(int32(start), int32(start+utf8.RuneCountInString(words)), words, role)
}

// example is a small record with everything that the pages show: a quotation
// with a figure in it, a bound, and a figure without number and date.
func example() *record {
	const version = "documents/note/versions/1"
	now := timestamppb.New(recorded)
	document := &statementsv1.Document{
		Name: "documents/note", Headline: "A note", Publisher: "The publisher", LanguageCode: "en", CreateTime: now, LatestVersion: version,
		Uri: "https://example.org/note",
	}
	speaker := &statementsv1.Entity{
		Name: "entities/speaker", DisplayName: "The Speaker", EntityType: statementsv1.Entity_PERSON, CreateTime: now, Aliases: []string{"Speaker"},
		Identifiers: map[string]string{"wikidata": "Q6279", "lei": "5493001KJTIIGC8Y1R12"},
	}
	quote := &statementsv1.Statement{
		Name: "statements/quote", DocumentVersion: version, StatementType: statementsv1.Statement_DIRECT, Text: "trade of US$860 billion 🇲🇽 needs no wall",
		Contents: []*typev1.TextSpan{at("trade of US$860 billion 🇲🇽 needs no wall", 0)}, Cue: at("told", 0), CreateTime: now, RevisionId: "1",
		Speakers: []*statementsv1.Speaker{{Entity: "entities/speaker", Role: "President", AttributionText: "The speaker"}},
		Audience: []string{"entities/speaker"}, StatementTime: &typev1.TimePeriod{Edtf: "2023-11-17", Printed: &typev1.TimePeriod_Printed{Text: "on Friday"},
			StartTime: timestamppb.New(time.Date(2023, 11, 17, 0, 0, 0, 0, time.UTC)), EndTime: timestamppb.New(time.Date(2023, 11, 18, 0, 0, 0, 0, time.UTC))},
	}
	quote.Contents[0].Prefix, quote.Contents[0].Suffix = "ote\n\nThe speaker told us: “", "”.\nThe border is"
	trade := &metricsv1.Metric{
		Name: "metrics/trade", DisplayName: "Trade between two countries", Coverage: "unspecified", MeasuredProperty: "trade", DefaultUnit: usd(),
		StatType: metricsv1.Metric_VALUE, CreateTime: now, Dimensions: []*metricsv1.Dimension{{Id: "REF_AREA", Required: true, Codes: []string{"US", "MX"}}},
	}
	r := &record{
		documents: []*statementsv1.Document{document}, entities: []*statementsv1.Entity{speaker}, statements: []*statementsv1.Statement{quote},
		metrics: []*metricsv1.Metric{trade}, figures: exampleFigures(version, now),
	}
	r.series = []*metricsv1.Series{{
		Metric: "metrics/trade", Dimensions: map[string]string{"REF_AREA": "US"}, Frequency: metricsv1.Figure_A, FigureCount: 3,
		FirstPeriod: year(2022), LastPeriod: year(2022),
	}}
	r.query = exampleQuery(r.figures)
	r.citation = "The Speaker, “trade needs no wall”, in: A note, The publisher, 18 November 2023."
	r.read = &gatewayv1.ReadDocumentResponse{
		Document: document, Entities: r.entities, Metrics: r.metrics,
		DocumentVersion: &statementsv1.DocumentVersion{
			Name: version, Text: noteText, TextLength: int32(utf8.RuneCountInString(noteText)), TextSha256: strings.Repeat("0a", 32),
			Normalization: "NFC;LF", PublishTime: &typev1.TimePeriod{Edtf: "2023-11-18"}, CreateTime: now,
		},
		Facts: []*gatewayv1.Fact{
			{Fact: &gatewayv1.Fact_Statement{Statement: quote}, Figures: []string{"figures/total"}},
			{Fact: &gatewayv1.Fact_Figure{Figure: r.figures[0]}, StatedIn: []string{"statements/quote"}},
			{Fact: &gatewayv1.Fact_Figure{Figure: r.figures[1]}},
			{Fact: &gatewayv1.Fact_Figure{Figure: r.figures[2]}},
		},
	}
	return r
}

func exampleFigures(version string, now *timestamppb.Timestamp) []*metricsv1.Figure {
	area := map[string]string{"REF_AREA": "US"}
	return []*metricsv1.Figure{
		{
			Name: "figures/total", Metric: "metrics/trade", Dimensions: area, TimePeriod: year(2022), Frequency: metricsv1.Figure_A, CreateTime: now,
			ValueKind: metricsv1.Figure_POINT, Value: number("860"), UnitMult: 9, Unit: usd(), DocumentVersion: version, RevisionId: "1",
			Normalized: &metricsv1.Normalized{Value: number("860000000000"), Unit: usd()}, SignificantDigits: &metricsv1.SignificantDigits{Min: 2, Max: 3},
			Reported: &metricsv1.Reported{
				NumberText: "860", UnitSymbol: "US$", MultiplierText: "billion",
				Spans: []*typev1.TextSpan{at("US$860 billion", typev1.TextSpan_CONTENT), at("860", typev1.TextSpan_NUMBER), at("US$", typev1.TextSpan_UNIT)},
			},
			Alternates: []*metricsv1.Alternate{{
				Value: number("18"), UnitMult: 9, Unit: &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "SGD"},
				Reported: &metricsv1.Reported{NumberText: "18", UnitSymbol: "S$", MultiplierText: "billion"},
				ArticleRate: &metricsv1.ArticleRate{
					From: "USD", To: "SGD", Rate: &metricsv1.Fraction{Numerator: number("9"), Denominator: number("7")},
					Low:  &metricsv1.Fraction{Numerator: number("35"), Denominator: number("29")},
					High: &metricsv1.Fraction{Numerator: number("37"), Denominator: number("27")},
				},
			}},
			ComparisonClaims: []*metricsv1.ComparisonClaim{{Kind: metricsv1.ComparisonClaim_RECORD_HIGH, Scope: "all years"}},
		},
		{
			Name: "figures/hedged", Metric: "metrics/trade", Dimensions: area, TimePeriod: year(2022), Frequency: metricsv1.Figure_A, CreateTime: now,
			ValueKind: metricsv1.Figure_UPPER_BOUND, Upper: bound("3000", false), Unit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "km"},
			Approximator: metricsv1.Figure_NEARLY, DocumentVersion: version, RevisionId: "1",
			Normalized: &metricsv1.Normalized{Upper: bound("3000000", false), Unit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "m"}},
			Reported: &metricsv1.Reported{NumberText: "3,000", UnitSymbol: "km", Spans: []*typev1.TextSpan{
				at("nearly 3,000km", typev1.TextSpan_CONTENT), at("3,000", typev1.TextSpan_NUMBER), at("km", typev1.TextSpan_UNIT), at("nearly", typev1.TextSpan_HEDGE),
			}},
		},
		{
			Name: "figures/bare", Metric: "metrics/trade", Dimensions: area, TimePeriod: notStated(), CreateTime: now, Frequency: metricsv1.Figure_A,
			ValueKind: metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_NOT_STATED, Unit: usd(), RevisionId: "1",
			Origin: &metricsv1.Origin{Producer: "An office", Title: "A table", Uri: "https://example.org/table"},
		},
	}
}

func exampleQuery(figures []*metricsv1.Figure) *metricsv1.QueryMetricResponse {
	s := &metricsv1.QueryMetricResponse_Series{Dimensions: map[string]string{"REF_AREA": "US"}, Frequency: metricsv1.Figure_A}
	for _, f := range figures {
		n := f.GetNormalized()
		s.Observations = append(s.Observations, &metricsv1.Observation{
			Figure: f.GetName(), TimePeriod: f.GetTimePeriod(), ValueKind: f.GetValueKind(), Value: n.GetValue(), Lower: n.GetLower(), Upper: n.GetUpper(),
			Unit: n.GetUnit(), Approximator: f.GetApproximator(), MissingReason: f.GetMissingReason(), DocumentVersion: f.GetDocumentVersion(),
		})
	}
	return &metricsv1.QueryMetricResponse{Series: []*metricsv1.QueryMetricResponse_Series{s}}
}
