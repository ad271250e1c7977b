package jsonld_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// offline loads nothing: a document that needs a context from elsewhere cannot be
// expanded.
type offline struct{}

func (offline) LoadDocument(address string) (*ld.RemoteDocument, error) {
	return nil, errors.New("a context is to be fetched: " + address)
}

func options() *ld.JsonLdOptions {
	o := ld.NewJsonLdOptions("")
	o.DocumentLoader, o.ProcessingMode = offline{}, ld.JsonLd_1_1
	return o
}

// expanded are the nodes of an answer as a JSON-LD processor reads them.
func expanded(t must.TB, answer proto.Message) []map[string]any {
	content := must.Get(jsonld.Answer(answer, "https://record.example.org/"))(t)
	var document any
	must.OK(t, json.Unmarshal(content, &document))
	all := must.Get(ld.NewJsonLdProcessor().Expand(document, options()))(t)
	var nodes []map[string]any
	for _, one := range all {
		node, ok := one.(map[string]any)
		must.True(t, ok, "%v", one)
		nodes = append(nodes, node)
	}
	return nodes
}

const schema, oa = "https://schema.org/", "http://www.w3.org/ns/oa#"

// first is the only value of a property.
func first(t must.TB, node map[string]any, property string) map[string]any {
	values, ok := node[property].([]any)
	must.True(t, ok && len(values) == 1, "%s: %v", property, node[property])
	value, ok := values[0].(map[string]any)
	must.True(t, ok, "%s: %v", property, values)
	return value
}

func quotation() *statementsv1.Statement {
	return &statementsv1.Statement{
		Name: "statements/s", DocumentVersion: "documents/d/versions/1", StatementType: statementsv1.Statement_DIRECT, Text: "We will.", LanguageCode: "en",
		Contents:      []*typev1.TextSpan{{Start: proto.Int32(1), End: 9, Exact: "We will.", Prefix: "“", Suffix: "”"}},
		Cue:           &typev1.TextSpan{Start: proto.Int32(11), End: 15, ExactSha256: strings.Repeat("0", 64)},
		Speakers:      []*statementsv1.Speaker{{Entity: "entities/ana", Role: "President"}},
		StatementTime: &typev1.TimePeriod{Edtf: "2024-05-01"}, RevisionId: "2", UpdateTime: &timestamppb.Timestamp{Seconds: 1700000000}, Etag: `"2-a"`,
		FirstAppearance: "documents/c/versions/1", Appearances: []*statementsv1.Appearance{{DocumentVersion: "documents/c/versions/1"}},
	}
}

func TestAQuotationIsReadByAProcessor(t *testing.T) {
	nodes := expanded(t, quotation())
	must.Equal(t, len(nodes), 1)
	node := nodes[0]
	must.Equal(t, node["@id"], any("https://record.example.org/statements/s"))
	must.Equal(t, node["@type"], any([]any{schema + "Quotation"}))
	must.Equal(t, first(t, node, schema+"additionalType")["@id"], any(jsonld.Namespace+"DIRECT"))
	must.Equal(t, first(t, node, schema+"spokenByCharacter")["@id"], any("https://record.example.org/entities/ana"))
	must.Equal(t, first(t, node, jsonld.Namespace+"firstAppearance")["@id"], any("https://record.example.org/documents/c/versions/1"))
	must.Equal(t, first(t, node, schema+"dateCreated")["@value"], any("2024-05-01"))
	must.Equal(t, first(t, node, schema+"dateModified")["@value"], any("2023-11-14T22:13:20Z"))
	target := first(t, node, oa+"hasTarget")
	must.Equal(t, target["@type"], any([]any{oa + "SpecificResource"}))
	must.Equal(t, first(t, target, oa+"hasSource")["@id"], any("https://record.example.org/documents/d/versions/1"))
	selectors, ok := target[oa+"hasSelector"].([]any)
	must.True(t, ok && len(selectors) == 2, "%v", target)
	position, quote := selectors[0].(map[string]any), selectors[1].(map[string]any)
	must.Equal(t, []any{position["@type"], first(t, position, oa+"start")["@value"], first(t, position, oa+"end")["@value"]},
		[]any{[]any{oa + "TextPositionSelector"}, 1.0, 9.0})
	must.Equal(t, []any{quote["@type"], first(t, quote, oa+"exact")["@value"], first(t, quote, oa+"prefix")["@value"], first(t, quote, oa+"suffix")["@value"]},
		[]any{[]any{oa + "TextQuoteSelector"}, "We will.", "“", "”"})
	must.Equal(t, first(t, node, jsonld.Namespace+"record")["@type"], any("@json"))
}

// TestTermsAreUsedOfTheirOwnTypes: schema.org has appearances of a Claim alone, and what a
// document calls somebody is not what they are called.
func TestTermsAreUsedOfTheirOwnTypes(t *testing.T) {
	s := quotation()
	s.Speakers = []*statementsv1.Speaker{
		{Entity: "entities/ana", AttributionText: "Ms Ríos"}, {AttributionText: "a senior official", SourceType: statementsv1.Speaker_UNNAMED_INDIVIDUAL},
	}
	s.StatementTime = &typev1.TimePeriod{Edtf: "2024-05-01/2024-05-03"}
	node := expanded(t, s)[0]
	must.Equal(t, first(t, node, schema+"dateCreated")["@value"], any("2024-05-01"))
	speakers, ok := node[schema+"spokenByCharacter"].([]any)
	must.True(t, ok && len(speakers) == 2, "%v", node)
	must.Equal(t, speakers[0], any(map[string]any{"@id": "https://record.example.org/entities/ana"}))
	must.Equal(t, speakers[1].(map[string]any)["@type"], any([]any{schema + "Person"}))
	attribution := first(t, node, jsonld.Namespace+"attribution")
	must.Equal(t, first(t, attribution, jsonld.Namespace+"speaker")["@id"], any("https://record.example.org/entities/ana"))
	must.Equal(t, first(t, attribution, jsonld.Namespace+"attributionText")["@value"], any("Ms Ríos"))
	_, there := node[schema+"firstAppearance"]
	must.False(t, there)

	s.StatementType = statementsv1.Statement_INDIRECT
	for edtf, want := range map[string]any{"2024-05~": nil, "2024-33": nil, "../2024": nil, "2024": "2024"} {
		s.StatementTime = &typev1.TimePeriod{Edtf: edtf, Printed: &typev1.TimePeriod_Printed{Text: "then"}}
		node = expanded(t, s)[0]
		if want != nil {
			must.Equal(t, first(t, node, schema+"dateCreated")["@value"], want)
		} else {
			_, there = node[schema+"dateCreated"]
			must.False(t, there, edtf)
		}
	}
	must.Equal(t, first(t, node, schema+"firstAppearance")["@id"], any("https://record.example.org/documents/c/versions/1"))

	nodes := expanded(t, &gatewayv1.ReadDocumentResponse{
		Entities: []*statementsv1.Entity{{Name: "entities/ana", EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana Ríos", UpdateTime: &timestamppb.Timestamp{Seconds: 1}}},
		Facts:    []*gatewayv1.Fact{{Fact: &gatewayv1.Fact_Statement{Statement: quotation()}}},
	})
	_, there = nodes[0][schema+"dateModified"]
	must.False(t, there, "a person is no CreativeWork")
	speaker := first(t, nodes[1], schema+"spokenByCharacter")
	must.Equal(t, []any{speaker["@type"], first(t, speaker, schema+"name")["@value"]}, []any{[]any{schema + "Person"}, "Ana Ríos"})
}

func figure() *metricsv1.Figure {
	usd := &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}
	return &metricsv1.Figure{
		Name: "figures/f", Metric: "metrics/trade", DocumentVersion: "documents/d/versions/1", ValueKind: metricsv1.Figure_POINT, Dimensions: map[string]string{"REF_AREA": "US"},
		TimePeriod: &typev1.TimePeriod{Edtf: "2022"}, Unit: usd, Value: &decimal.Decimal{Value: "860"}, UnitMult: 9,
		Normalized: &metricsv1.Normalized{Value: &decimal.Decimal{Value: "860000000000"}, Unit: usd},
		Reported: &metricsv1.Reported{Text: "US$860 billion", Spans: []*typev1.TextSpan{
			{Start: proto.Int32(3), End: 17, Exact: "US$860 billion", Role: typev1.TextSpan_CONTENT}, {Start: proto.Int32(6), End: 9, Exact: "860", Role: typev1.TextSpan_NUMBER},
		}},
	}
}

// TestAFigureKeepsItsExactNumber: as xsd:decimal, while other values are texts.
func TestAFigureKeepsItsExactNumber(t *testing.T) {
	node := expanded(t, figure())[0]
	must.Equal(t, node["@type"], any([]any{schema + "Observation"}))
	must.Equal(t, first(t, node, schema+"value"), map[string]any{"@type": "http://www.w3.org/2001/XMLSchema#decimal", "@value": "860000000000"})
	must.Equal(t, first(t, node, schema+"variableMeasured")["@id"], any("https://record.example.org/metrics/trade"))
	must.Equal(t, first(t, node, schema+"observationDate")["@value"], any("2022"))
	must.Equal(t, first(t, node, jsonld.Namespace+"timePeriod")["@value"], any("2022"))
	must.Equal(t, first(t, first(t, node, schema+"additionalProperty"), schema+"value"), map[string]any{"@value": "US"})
	must.Equal(t, first(t, first(t, node, oa+"hasTarget"), oa+"hasSource")["@id"], any("https://record.example.org/documents/d/versions/1"))

	change := figure()
	change.ValueKind = metricsv1.Figure_CHANGE
	_, there := expanded(t, change)[0][schema+"value"]
	must.False(t, there, "a change is given as a level")
	bounds := figure()
	bounds.Normalized = &metricsv1.Normalized{Lower: &metricsv1.Bound{Value: &decimal.Decimal{Value: "20000"}}, Upper: &metricsv1.Bound{Value: &decimal.Decimal{Value: "1E+400"}}}
	node = expanded(t, bounds)[0]
	must.Equal(t, first(t, node, schema+"minValue")["@value"], any("20000"))
	must.Equal(t, first(t, node, jsonld.Namespace+"minInclusive")["@value"], any(false))
	_, there = node[schema+"maxValue"]
	must.False(t, there, "an exponent is no xsd:decimal")
}

// TestAFigureIsNotMistaken: a code of UCUM is none of UN/CEFACT, and a quarter, an interval
// or what is about a year is no date.
func TestAFigureIsNotMistaken(t *testing.T) {
	f := figure()
	f.Normalized.Unit = &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "m"}
	must.Equal(t, first(t, expanded(t, f)[0], schema+"unitCode")["@value"], any("UCUM:m"))
	for _, edtf := range []string{"2022-33", "2022/2023", "2022~", "202X"} {
		f.TimePeriod = &typev1.TimePeriod{Edtf: edtf}
		node := expanded(t, f)[0]
		_, there := node[schema+"observationDate"]
		must.False(t, there, edtf)
		must.Equal(t, first(t, node, jsonld.Namespace+"timePeriod")["@value"], any(edtf))
	}
}

// noPassageWithoutSource finds a SpecificResource that does not say of which resource it is.
func noPassageWithoutSource(t must.TB, value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			noPassageWithoutSource(t, one)
		}
	case map[string]any:
		if types, _ := value["@type"].([]any); slices.Contains(types, any(oa+"SpecificResource")) {
			first(t, value, oa+"hasSource")
		}
		for property, one := range value {
			if property != jsonld.Namespace+"record" {
				noPassageWithoutSource(t, one)
			}
		}
	}
}

func TestAReviewIsAClaimReview(t *testing.T) {
	node := expanded(t, &statementsv1.Review{
		Name: "statements/s/reviews/r", Reviewer: "A desk", Uri: "https://example.org/r", TextualRating: "Half true", ClaimReviewed: "They will.",
		PublishTime: &typev1.TimePeriod{Edtf: "2024"}, Span: &typev1.TextSpan{Start: proto.Int32(1), End: 3, Exact: "We"},
	})[0]
	must.Equal(t, node["@type"], any([]any{schema + "ClaimReview"}))
	must.Equal(t, first(t, node, schema+"itemReviewed")["@id"], any("https://record.example.org/statements/s"))
	must.Equal(t, first(t, node, schema+"url")["@id"], any("https://example.org/r"))
	must.Equal(t, first(t, first(t, node, schema+"reviewRating"), schema+"alternateName")["@value"], any("Half true"))
	must.Equal(t, first(t, node, schema+"claimReviewed")["@value"], any("They will."))
	noPassageWithoutSource(t, node)
	noPassageWithoutSource(t, expanded(t, quotation())[0])
	noPassageWithoutSource(t, expanded(t, figure())[0])
}

// TestADocumentThatIsReadWholeIsOneGraph: what each fact has to do with the others is said
// in links.
func TestADocumentThatIsReadWholeIsOneGraph(t *testing.T) {
	nodes := expanded(t, &gatewayv1.ReadDocumentResponse{
		Document:        &statementsv1.Document{Name: "documents/d", Headline: "H", Uri: "https://example.org/d", Publisher: "P"},
		DocumentVersion: &statementsv1.DocumentVersion{Name: "documents/d/versions/1", Text: "“We will.” US$860 billion"},
		Entities:        []*statementsv1.Entity{{Name: "entities/ana", EntityType: statementsv1.Entity_PERSON, DisplayName: "Ana", Identifiers: map[string]string{"wikidata": "Q1"}}},
		Metrics:         []*metricsv1.Metric{{Name: "metrics/trade", DisplayName: "Trade"}},
		Facts: []*gatewayv1.Fact{
			{Fact: &gatewayv1.Fact_Statement{Statement: quotation()}, Figures: []string{"figures/f"}},
			{Fact: &gatewayv1.Fact_Statement{Statement: quotation()}, Appearance: "statements/t"},
			{Fact: &gatewayv1.Fact_Figure{Figure: figure()}, StatedIn: []string{"statements/s"}},
		},
	})
	var names []string
	for _, node := range nodes {
		names = append(names, strings.TrimPrefix(node["@id"].(string), "https://record.example.org/"))
	}
	must.Equal(t, names, []string{"documents/d", "documents/d/versions/1", "entities/ana", "metrics/trade", "statements/s", "figures/f"})
	must.Equal(t, first(t, nodes[4], jsonld.Namespace+"figures")["@id"], any("https://record.example.org/figures/f"))
	must.Equal(t, first(t, nodes[5], jsonld.Namespace+"statedIn")["@id"], any("https://record.example.org/statements/s"))
}

// TestFactsOfNoDocumentAreAGraphToo: those of a data file have none.
func TestFactsOfNoDocumentAreAGraphToo(t *testing.T) {
	nodes := expanded(t, &gatewayv1.ReadDocumentResponse{Facts: []*gatewayv1.Fact{{Fact: &gatewayv1.Fact_Figure{Figure: figure()}}}})
	must.Equal(t, len(nodes), 1)
	must.Equal(t, nodes[0]["@id"], any("https://record.example.org/figures/f"))
}

// listed are answers that are lists, with one of each kind.
var listed = []proto.Message{
	&statementsv1.ListStatementsResponse{Statements: []*statementsv1.Statement{quotation(), quotation()}, NextPageToken: "t"},
	&metricsv1.ListFiguresResponse{Figures: []*metricsv1.Figure{figure(), figure()}},
	&statementsv1.ListReviewsResponse{Reviews: []*statementsv1.Review{{Name: "statements/s/reviews/a"}, {Name: "statements/s/reviews/b"}}},
	&statementsv1.ListEntitiesResponse{Entities: []*statementsv1.Entity{{Name: "entities/a"}, {Name: "entities/b"}}},
	&statementsv1.ListDocumentsResponse{Documents: []*statementsv1.Document{{Name: "documents/a"}, {Name: "documents/b"}}},
	&metricsv1.ListMetricsResponse{Metrics: []*metricsv1.Metric{{Name: "metrics/a", DisplayName: "A"}, {Name: "metrics/b", DisplayName: "B"}}},
}

func TestAListIsAGraphInItsOrder(t *testing.T) {
	for _, one := range listed {
		must.True(t, jsonld.Answers(one.ProtoReflect().Descriptor()), "%T", one)
		var document struct {
			Graph []map[string]any `json:"@graph"`
		}
		must.OK(t, json.Unmarshal(must.Get(jsonld.Answer(one, jsonld.DefaultBase))(t), &document))
		must.Equal(t, len(document.Graph), 2)
	}
	empty := must.Get(jsonld.Answer(&statementsv1.ListStatementsResponse{}, jsonld.DefaultBase))(t)
	must.True(t, strings.HasSuffix(string(empty), `"@graph":[]}`), "%s", empty)
}

func TestWhatHasNoJSONLD(t *testing.T) {
	for _, one := range []proto.Message{&typev1.Correction{}, &metricsv1.QueryMetricResponse{}, &gatewayv1.CiteResourceResponse{}, &statementsv1.Erasure{}} {
		must.False(t, jsonld.Answers(one.ProtoReflect().Descriptor()), "%T", one)
		_, err := jsonld.Answer(one, jsonld.DefaultBase)
		must.True(t, err != nil, "%T was written", one)
	}
}

// TestEveryTermOfAnAnswerHasAMeaning: whatever texts a resource has, a processor reads the
// document without fetching anything, as many properties as stand there, and makes RDF of
// it.
func TestEveryTermOfAnAnswerHasAMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.SampledFrom([]string{"a", `"`, "\n", "@id", "http://x/", "_:b", "</script>", "😀"}), rapid.StringN(1, 8, 32))
		s := quotation()
		s.Text, s.Comment, s.Contents[0].Exact, s.Speakers[0].AttributionText = words.Draw(t, "text"), words.Draw(t, "comment"), words.Draw(t, "exact"), words.Draw(t, "as")
		f := figure()
		f.Reported.Text, f.CountedObject, f.Origin = words.Draw(t, "printed"), words.Draw(t, "counted"), &metricsv1.Origin{Producer: words.Draw(t, "producer")}
		for _, answer := range []proto.Message{s, f} {
			content := must.Get(jsonld.Answer(answer, "https://record.example.org/"))(t)
			var document map[string]any
			must.OK(t, json.Unmarshal(content, &document))
			delete(document, "@context")
			node := expanded(t, answer)[0]
			must.True(t, len(node) == len(document), "of %v only %v", slices.Sorted(maps.Keys(document)), slices.Sorted(maps.Keys(node)))
			var again any
			must.OK(t, json.Unmarshal(content, &again))
			rdf := options()
			rdf.Format = "application/n-quads"
			quads := must.Get(ld.NewJsonLdProcessor().ToRDF(again, rdf))(t)
			must.Contains(t, quads.(string), "<https://record.example.org/"+answer.ProtoReflect().Get(nameField(answer)).String()+">")
		}
	})
}

func nameField(message proto.Message) protoreflect.FieldDescriptor {
	return message.ProtoReflect().Descriptor().Fields().ByName("name")
}
