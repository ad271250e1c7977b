package words_test

import (
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestPeriodWords(t *testing.T) {
	for edtf, want := range map[string]string{
		"2022": "2022", "2022~": "about 2022", "2022?": "perhaps 2022", "2023-11": "November 2023", "2023-11-17": "17 November 2023",
		"2023-11-17T09:30:00Z": "17 November 2023, 09:30:00 UTC", "2010/2023": "2010 to 2023", "2019/..": "2019 onwards", "../1985": "until 1985",
		"2022/": "2022 to an unknown end", "2023-34": "second quarter of 2023", "201X": "some year from 2010 to 2019", "2023-22": "summer 2023", "2023-24~": "about winter 2023",
		"20XX": "some year from 2000 to 2099", "2004-XX": "some month of 2004", "2004-07-XX": "some day of July 2004", "2004-XX-XX": "some day of 2004",
		"201X~": "about some year from 2010 to 2019", "2004-XX/2006": "2004-XX/2006", "2004-07-XX/..": "2004-07-XX/..", "201X/202X": "201X/202X", "2004-07-0X": "2004-07-0X",
		"XXXX-12-XX": "XXXX-12-XX", "1XXX-XX": "1XXX-XX", "XXXX-XX-XX": "XXXX-XX-XX", "XXXX-12": "XXXX-12", "XXXX": "XXXX", "201X-12-XX": "201X-12-XX", "1X2X": "1X2X", "1X20": "1X20", "1X20-XX": "1X20-XX",
		"201X-XX": "some month of some year from 2010 to 2019", "201X-XX-XX": "some day of some year from 2010 to 2019", "1XXX-XX~": "1XXX-XX~",
		"/2020": "from an unknown start to 2020", "2023-39": "third four months of 2023", "2023-11-17T09:30:00+01:00": "17 November 2023, 09:30:00 +01:00",
		"2023-11-17T09:30:00-04": "17 November 2023, 09:30:00 -04:00",
	} {
		must.Equal(t, words.Period(edtf), want)
	}
}

func TestGroupKeepsEveryDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringMatching(`[1-9][0-9]{0,37}`).Draw(t, "whole")
		fraction := rapid.StringMatching(`(\.[0-9]{1,20})?`).Draw(t, "fraction")
		grouped := words.Group(whole + fraction)
		plain := ""
		for _, r := range grouped {
			if r != ',' {
				plain += string(r)
			}
		}
		must.Equal(t, plain, whole+fraction)
	})
}

func number(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

func bound(text string, inclusive bool) *metricsv1.Bound {
	return &metricsv1.Bound{Value: number(text), Inclusive: proto.Bool(inclusive)}
}

// TestTheBaseUnitKeepsTheHedge: about 3,000 km are about so many metres.
func TestTheBaseUnitKeepsTheHedge(t *testing.T) {
	f := &metricsv1.Figure{
		ValueKind: metricsv1.Figure_POINT, Approximator: metricsv1.Figure_ABOUT,
		Normalized: &metricsv1.Normalized{Value: number("3000000"), Unit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "m"}},
	}
	must.Equal(t, words.Normalized(f), "about 3,000,000 m")
}

func TestValuesInWords(t *testing.T) {
	usd, km := &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}, &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "km"}
	percent, dollar := &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "%"}, &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: "$"}
	for want, o := range map[string]*metricsv1.Observation{
		"860,000,000,000 USD":                      {ValueKind: metricsv1.Figure_POINT, Value: number("860000000000"), Unit: usd},
		"about 3,000 km":                           {ValueKind: metricsv1.Figure_POINT, Value: number("3000"), Unit: km, Approximator: metricsv1.Figure_ABOUT},
		"less than 3,000 km":                       {ValueKind: metricsv1.Figure_UPPER_BOUND, Upper: bound("3000", false), Unit: km},
		"at least 20 and at most 30 km":            {ValueKind: metricsv1.Figure_RANGE, Lower: bound("20", true), Upper: bound("30", true), Unit: km},
		"a change of −1.5%":                        {ValueKind: metricsv1.Figure_CHANGE, Value: number("-1.5"), Unit: percent},
		"a change of more than 1 and less than 2%": {ValueKind: metricsv1.Figure_CHANGE, Lower: bound("1", false), Upper: bound("2", false), Unit: percent},
		"14,000,000 $ (of which country is not stated)": {
			ValueKind: metricsv1.Figure_POINT, Unit: dollar, AsWritten: &metricsv1.AsWritten{Value: number("14"), Unit: dollar, UnitMult: 6},
		},
		"more than 9,000 $ (of which country is not stated)": {
			ValueKind: metricsv1.Figure_LOWER_BOUND, Unit: dollar,
			AsWritten: &metricsv1.AsWritten{Lower: bound("9", false), Unit: dollar, UnitMult: 3},
		},
		"no number":                  {ValueKind: metricsv1.Figure_NO_VALUE, Unit: dollar, AsWritten: &metricsv1.AsWritten{Value: number("14"), Unit: dollar}}, // a change that cannot be had
		"no number: it is kept back": {ValueKind: metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_SUPPRESSED, Unit: usd},
		"1; 2 km":                    {ValueKind: metricsv1.Figure_LIST, Values: []*decimal.Decimal{number("1"), number("2")}, Unit: km},
	} {
		must.Equal(t, words.Observation(o), want)
	}
}

func TestRemarksSayHowANumberCameAbout(t *testing.T) {
	o := &metricsv1.Observation{
		ObsStatus: []string{"A", "P", "ZZ"}, Filled: true, FilledFrom: &typev1.TimePeriod{Edtf: "2021"}, AggregatedCount: 12, Inexact: true, Corrected: true,
		Stale: true, ConfStatus: "N", BasePeriod: &typev1.TimePeriod{Edtf: "2020"},
		Conversion: &metricsv1.Conversion{
			RateBasis: metricsv1.Conversion_ARTICLE, From: "USD", To: "SGD", Rate: &metricsv1.Fraction{Numerator: number("9"), Denominator: number("7")},
		},
	}
	must.Equal(t, words.Remarks(o), []string{
		"provisional", "status ZZ", "fills a gap with the figure of 2021", "converted: 1 USD = 9/7 SGD, the rate of its own source", "from 12 figures",
		"since 2020", "rounded", "corrected since it was first recorded", "stale: an input has changed since", "confidentiality N",
	})
	must.Equal(t, len(words.Remarks(&metricsv1.Observation{ObsStatus: []string{"A"}, ConfStatus: "F"})), 0)
	recorded, end := timestamppb.New(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), timestamppb.New(time.Date(2027, 3, 1, 8, 30, 0, 0, time.UTC))
	must.Equal(t, words.Remarks(&metricsv1.Observation{Restricted: true, EmbargoEndTime: end, UpdateTime: recorded}),
		[]string{"under embargo until 1 March 2027, 08:30:00 UTC: only editors and admins read it"})
	must.Equal(t, words.Remarks(&metricsv1.Observation{Restricted: true, EmbargoEndTime: recorded, UpdateTime: end}), []string{"only editors and admins read it"})
	must.Equal(t, len(words.Remarks(&metricsv1.Observation{EmbargoEndTime: recorded, UpdateTime: end})), 0)
}

func TestAQuerySaysWhatItAsksFor(t *testing.T) {
	must.Equal(t, len(words.Query(&metricsv1.QueryMetricRequest{})), 0)
	must.Equal(t, words.Query(&metricsv1.QueryMetricRequest{
		Transform: metricsv1.QueryMetricRequest_PC1, AsOf: "2021-06-30", Unit: "USD", RateBasis: metricsv1.Conversion_REFERENCE, RateMetric: "metrics/rates",
		AggregationFrequency: metricsv1.Figure_A, AggregationMethod: metricsv1.QueryMetricRequest_SUM,
	}), []string{
		"Percent change from a year ago.", "Aggregated, yearly: sum.", "As was public by 30 June 2021.", "Converted to USD by the rates of metrics/rates.",
	})
}
