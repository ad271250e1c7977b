package formats

import (
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// record is an observation with what surrounds it in the answer.
type record struct {
	metric  *metricsv1.Metric
	request *metricsv1.QueryMetricRequest
	answer  *metricsv1.QueryMetricResponse
	series  *metricsv1.QueryMetricResponse_Series
	o       *metricsv1.Observation
	source  *metricsv1.Source
}

// records calls use for every observation of an answer, in its order.
func records(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest, answer *metricsv1.QueryMetricResponse, use func(*record)) {
	sources := make(map[string]*metricsv1.Source, len(answer.GetSources()))
	for _, source := range answer.GetSources() {
		sources[source.GetSourceId()] = source
	}
	for _, series := range answer.GetSeries() {
		for _, o := range series.GetObservations() {
			use(&record{metric, request, answer, series, o, sources[o.GetSourceId()]})
		}
	}
}

// unit is the unit of the numbers of a record.
func (r *record) unit() *metricsv1.Unit { return drawing.UnitIn(r.answer, r.o) }

// kind of a cell.
type kind uint8

const (
	null kind = iota
	text
	number
	boolean
)

// cell is a value of a table.
type cell struct {
	kind kind
	text string
}

// said is a text; an empty one is a null.
func said(s string) cell {
	if s == "" {
		return cell{}
	}
	return cell{text, s}
}

// exact is a decimal as it is written; it keeps every digit, so it is a text.
func exact(d *decimal.Decimal) cell { return said(d.GetValue()) }

// plotted is a decimal as a number, for programs that draw.
func plotted(d *decimal.Decimal) cell {
	if d.GetValue() == "" {
		return cell{}
	}
	return cell{number, d.GetValue()}
}

func integer(n int32, shown bool) cell {
	if !shown {
		return cell{}
	}
	return cell{number, words.Itoa(n)}
}

func yes(b bool) cell {
	if b {
		return cell{boolean, "true"}
	}
	return cell{boolean, "false"}
}

// included says whether a bound belongs to what it bounds; null where there is none.
func included(b *metricsv1.Bound) cell {
	if b == nil {
		return cell{}
	}
	return yes(b.GetInclusive())
}

// several joins values by a semicolon, which is in none of them: decimals and codes.
func several(values []string) cell { return said(strings.Join(values, ";")) }

func decimals(list []*decimal.Decimal) cell {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.GetValue()
	}
	return several(out)
}

func instant(t *timestamppb.Timestamp) cell {
	if t == nil {
		return cell{}
	}
	return said(t.AsTime().UTC().Format(time.RFC3339Nano))
}

func fraction(f *metricsv1.Fraction) cell {
	if f == nil {
		return cell{}
	}
	return said(f.GetNumerator().GetValue() + "/" + f.GetDenominator().GetValue())
}

// named is an enum value by its name; its zero value is a null.
func named[E interface {
	~int32
	String() string
}](value E) cell {
	if value == 0 {
		return cell{}
	}
	return said(value.String())
}
