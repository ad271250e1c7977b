package demodata_test

import (
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/cli/examples"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestEverySeriesHasAMapping: five tables, one of them for two metrics, and 34
// samples of SDMX; each mapping names its metric and its source, and two of one
// metric define it alike.
func TestEverySeriesHasAMapping(t *testing.T) {
	all := demodata.AllSeries()
	must.Equal(t, len(all), 6+34)
	files := map[demodata.Series]bool{}
	metrics := map[string]string{}
	for _, one := range all {
		must.True(t, !files[one], "%v is there twice", one)
		files[one] = true
		mapping := must.Get(datafile.ParseMapping(must.Get(one.MappingFile())(t)))(t)
		must.True(t, mapping.Metric.GetDisplayName() != "" && mapping.Template.GetOrigin().GetProducer() != "" && mapping.Template.GetOrigin().GetTitle() != "", "%s names no metric or no source", one.Mapping)
		must.True(t, metrics[mapping.Metric.GetName()] == "" || metrics[mapping.Metric.GetName()] == one.Mapping, "%s is defined twice", mapping.Metric.GetName())
		metrics[mapping.Metric.GetName()] = one.Mapping
	}
}

// TestMetricsOfTheExamplesAreDefinedAlike: whichever comes first on record, the demo
// data or the examples, the other finds the metric it means.
func TestMetricsOfTheExamplesAreDefinedAlike(t *testing.T) {
	defined := map[string]*metricsv1.Metric{}
	for _, file := range must.Get(examples.Record())(t) {
		request := &gatewayv1.IngestDocumentRequest{}
		must.OK(t, protojson.Unmarshal(file.JSON, request))
		for _, metric := range request.GetMetrics() {
			must.True(t, defined[metric.GetName()] == nil || proto.Equal(defined[metric.GetName()], metric), "%s is defined in two ways", metric.GetName())
			defined[metric.GetName()] = metric
		}
	}
	shared := map[string]bool{}
	for _, one := range demodata.AllSeries() {
		metric := must.Get(datafile.ParseMapping(must.Get(one.MappingFile())(t)))(t).Metric
		if example := defined[metric.GetName()]; example != nil {
			shared[metric.GetName()] = true
			must.True(t, proto.Equal(metric, example), "%s of %s.yaml is\n%v\nand of the examples\n%v", metric.GetName(), one.Mapping, metric, example)
		}
	}
	must.True(t, shared["metrics/bilateral-goods-trade"], "the trade is in both")
}

// TestNoCodeOfThePartnersTwice: two partners of the Census file never make one
// series, but for Serbia, whose years follow each other.
func TestNoCodeOfThePartnersTwice(t *testing.T) {
	mapping := must.Get(datafile.ParseMapping(must.Get(demodata.Series{Mapping: "us-trade-by-country"}.MappingFile())(t)))(t)
	partners := map[string]int{}
	for _, code := range mapping.Codes["COUNTERPART_AREA"] {
		partners[code]++
	}
	must.Equal(t, partners["RS"], 2)
	delete(partners, "RS")
	for code, count := range partners {
		must.True(t, count == 1, "%s stands for %d partners", code, count)
	}
}

// TestTotalsNeedBothDirections: a year that lacks one of them, or its number, has no
// total, and a total pins what it is computed from.
func TestTotalsNeedBothDirections(t *testing.T) {
	observation := func(year, figure, value string) *metricsv1.Observation {
		one := &metricsv1.Observation{Figure: figure, RevisionId: "3", TimePeriod: &typev1.TimePeriod{Edtf: year}}
		if value != "" {
			one.Value = &decimal.Decimal{Value: value}
		}
		return one
	}
	totals := demodata.Totals(
		[]*metricsv1.Observation{observation("2014", "figures/i14", "1"), observation("2015", "figures/i15", "2"), observation("2016", "figures/i16", "")},
		[]*metricsv1.Observation{observation("2015", "figures/e15", "3"), observation("2016", "figures/e16", "4")},
	)
	must.Equal(t, len(totals), 1)
	derivation := totals["us-mx-goods-trade-total-2015"].GetDerivation()
	must.Equal(t, derivation.GetFormula(), "imports + exports")
	must.Equal(t, derivation.GetInputs()[0].GetFigure()+" "+derivation.GetInputs()[1].GetFigure()+" "+derivation.GetInputs()[1].GetRevisionId(), "figures/i15 figures/e15 3")
}
