package claimreview_test

import (
	"math"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/claimreview"
)

// published is a ClaimReview in the form that fact-checkers use.
const published = `{
  "@context": "https://schema.org", "@type": "ClaimReview",
  "url": "https://example.org/checks/1", "datePublished": "2023-11-20",
  "claimReviewed": "Trade doubled.", "headline": "Did trade double?", "inLanguage": "en",
  "author": {"@type": "Organization", "name": "The Checkers", "url": "https://example.org"},
  "reviewRating": {"@type": "Rating", "alternateName": "Mostly false", "ratingValue": 2, "bestRating": "5", "worstRating": "1", "image": "x.png"},
  "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Ana"}, "datePublished": "2023-11-17"},
  "publisher": {"@type": "Organization", "name": "Example"}, "nothing": null
}`

func parse(t must.TB, text string) *structpb.Struct {
	t.Helper()
	var out structpb.Struct
	must.OK(t, protojson.Unmarshal([]byte(text), &out))
	return &out
}

// claim is the statement that is reviewed.
func claim() claimreview.Claim {
	return claimreview.Claim{
		Statement: &statementsv1.Statement{Name: "statements/s", Text: "Trade is up.", StatementTime: &typev1.TimePeriod{Edtf: "2023-11-17"}},
		Document:  &statementsv1.Document{Headline: "H", Publisher: "P", Uri: "https://example.org/a"},
	}
}

func TestReadPublished(t *testing.T) {
	reading, err := claimreview.Read(parse(t, published), "claim_review")
	must.OK(t, err)
	got := reading.Review(claim())
	must.Equal(t, got.GetReviewer()+"|"+got.GetUri()+"|"+got.GetHeadline()+"|"+got.GetClaimReviewed()+"|"+got.GetLanguageCode(),
		"The Checkers|https://example.org/checks/1|Did trade double?|Trade doubled.|en")
	must.Equal(t, got.GetPublishTime(), &typev1.TimePeriod{Edtf: "2023-11-20"})
	must.Equal(t, got.GetTextualRating()+"|"+got.GetRatingValue().GetValue()+"|"+got.GetBestRating().GetValue()+"|"+got.GetWorstRating().GetValue(),
		"Mostly false|2|5|1")
	must.Equal(t, reading.Dropped(claim()), []string{"author.url", "itemReviewed.author", "publisher", "reviewRating.image"})
}

// Whatever JSON-LD lets a writer choose reads the same.
func TestReadOtherForms(t *testing.T) {
	base := `{"@context":"https://schema.org/","@type":"ClaimReview","author":{"name":"A"},"reviewRating":{"alternateName":"False"}}`
	want, err := claimreview.Read(parse(t, base), "")
	must.OK(t, err)
	for name, text := range map[string]string{
		"prefixes": `{"@context":{"schema":"http://schema.org/"},"@type":"schema:ClaimReview","schema:author":{"schema:name":"A"},
			"schema:reviewRating":{"schema:alternateName":"False"}}`,
		"lists":         `{"@context":["https://schema.org",{}],"@type":["ClaimReview"],"author":[{"name":["A"]}],"reviewRating":[{"alternateName":"False"}]}`,
		"value objects": `{"@context":{"@vocab":"https://schema.org"},"@type":"ClaimReview","author":{"@value":"A"},"reviewRating":{"alternateName":{"@value":" False "}}}`,
		"plain author":  `{"@context":"http://schema.org","@type":"ClaimReview","author":"A","reviewRating":{"alternateName":"False"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := claimreview.Read(parse(t, text), "")
			must.OK(t, err)
			must.Equal(t, got.Review(claim()), want.Review(claim()))
			must.Equal(t, got.Dropped(claim()), nil)
		})
	}
}

func TestRatingsThatAreNoNumbers(t *testing.T) {
	for rating, want := range map[string]struct {
		value   string
		dropped []string
	}{
		`"ratingValue":4`: {"4", nil},
		`"ratingValue":4.5,"bestRating":10,"worstRating":0`:  {"4.5", nil},
		`"ratingValue":"False"`:                              {"", []string{"reviewRating.ratingValue"}},
		`"ratingValue":3,"bestRating":"many"`:                {"", []string{"reviewRating.bestRating", "reviewRating.ratingValue"}},
		`"bestRating":5`:                                     {"", []string{"reviewRating.bestRating"}},
		`"ratingValue":4.35`:                                 {"4.35", nil},
		`"ratingValue":"2.12345678901234567","bestRating":5`: {"2.12345678901234567", nil},
		`"ratingValue":2.12345678901234567`:                  {"", []string{"reviewRating.ratingValue"}},
	} {
		t.Run(rating, func(t *testing.T) {
			reading, err := claimreview.Read(parse(t, `{"@context":"https://schema.org","@type":"ClaimReview","author":"A","reviewRating":{"alternateName":"x",`+rating+`}}`), "")
			must.OK(t, err)
			must.Equal(t, reading.Review(claim()).GetRatingValue().GetValue(), want.value)
			must.Equal(t, reading.Dropped(claim()), want.dropped)
		})
	}
	odd := parse(t, published)
	odd.GetFields()["reviewRating"].GetStructValue().GetFields()["ratingValue"] = structpb.NewNumberValue(math.NaN())
	reading, err := claimreview.Read(odd, "")
	must.OK(t, err)
	must.True(t, reading.Review(claim()).GetRatingValue() == nil)
}

func TestDates(t *testing.T) {
	for given, want := range map[string]string{
		"2023-11": "2023-11", "2023-11-20T10:00:00Z": "2023-11-20T10:00:00Z", "2023-11-20T10:00:00.250+01:00": "2023-11-20T10:00:00+01:00",
		"2023?": "2023?",
	} {
		in := parse(t, published)
		in.GetFields()["datePublished"] = structpb.NewStringValue(given)
		reading, err := claimreview.Read(in, "")
		must.OK(t, err)
		must.Equal(t, reading.Review(claim()).GetPublishTime().GetEdtf(), want)
	}
}

// Every property at fault is named.
func TestMalformed(t *testing.T) {
	for field, edit := range map[string]string{
		"c.@context":                    `"@context":"https://example.org"`,
		"c.@type":                       `"@type":"Review"`,
		"c.author":                      `"author":[]`,
		"c.author.name":                 `"author":{"name":["a","b"]}`,
		"c.author[1].name":              `"author":[{"name":"a"},{"name":{}}]`,
		"c.url":                         `"url":7`,
		"c.headline":                    `"headline":["a","b"]`,
		"c.datePublished":               `"datePublished":"yesterday"`,
		"c.claimReviewed":               `"claimReviewed":{}`,
		"c.reviewRating":                `"reviewRating":"False"`,
		"c.reviewRating.alternateName":  `"reviewRating":{"ratingValue":1}`,
		"c.itemReviewed.oa:hasSelector": `"itemReviewed":{"oa:hasSelector":{"@type":"oa:TextPositionSelector","oa:start":0.5,"oa:end":2}}`,
	} {
		t.Run(field, func(t *testing.T) {
			in, change := parse(t, published), parse(t, "{"+edit+"}")
			for property, value := range change.GetFields() {
				in.GetFields()[property] = value
			}
			_, err := claimreview.Read(in, "c")
			statustest.Check(t, err, codes.InvalidArgument, claimreview.Malformed, field)
			must.Equal(t, statustest.Fields(err), []string{field})
		})
	}
	_, err := claimreview.Read(&structpb.Struct{}, "c")
	must.Equal(t, statustest.Fields(err), []string{"c.@context", "c.@type", "c.author", "c.reviewRating"})
	large := parse(t, published)
	large.GetFields()["x"] = structpb.NewStringValue(strings.Repeat("x", claimreview.MaxBytes))
	_, err = claimreview.Read(large, "c")
	statustest.Check(t, err, codes.InvalidArgument, claimreview.Malformed, "c")
}

// A quotation without its place is not searched for.
func TestPassageNeedsItsPlace(t *testing.T) {
	in := parse(t, `{"@context":"https://schema.org","@type":"ClaimReview","author":"A","reviewRating":{"alternateName":"x"},
		"itemReviewed":{"oa:hasSelector":[{"@type":"oa:TextQuoteSelector","oa:exact":"up"}]}}`)
	reading, err := claimreview.Read(in, "")
	must.OK(t, err)
	must.True(t, reading.Review(claim()).GetSpan() == nil)
	must.Equal(t, reading.Dropped(claim()), []string{"itemReviewed.oa:hasSelector"})
}
