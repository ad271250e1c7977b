package formats

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

const (
	sdmxSchema = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json"
	sdmxAgency = "ONRECORD"
	sdmxFlow   = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow="
)

// sdmxID is what the id of a value can be. What is none is a value without id.
var sdmxID = regexp.MustCompile(`^[A-Za-z0-9_@$-]+$`)

// sdmxNames are what codes of SDMX itself are called, "" for one without a name.
var sdmxNames = map[string]func(code string) string{
	sdmx.Freq: func(code string) string {
		return words.Frequencies[metricsv1.Figure_Frequency(metricsv1.Figure_Frequency_value[code])]
	},
	sdmx.ObsStatus:  words.Status,
	sdmx.ConfStatus: unnamed, sdmx.UnitMult: unnamed, sdmx.Decimals: unnamed,
}

func unnamed(string) string { return "" }

// sdmxComponents are components of columns, called as the metric calls them.
func sdmxComponents(metric *metricsv1.Metric, of []column) []*sdmxComponent {
	names, coded := map[string]string{}, map[string]bool{}
	for _, d := range metric.GetDimensions() {
		names[sdmx.DimensionColumn(d.GetId())] = d.GetDisplayName()
	}
	for _, a := range metric.GetAttributes() {
		id := sdmx.AttributeColumn(a.GetId())
		names[id], coded[id] = a.GetDisplayName(), len(a.GetCodes()) > 0
	}
	var out []*sdmxComponent
	for _, c := range of {
		own := sdmxNames[c.name]
		out = append(out, &sdmxComponent{
			ID: c.name, Name: cmp.Or(names[c.name], c.name), Description: c.about, column: c, indexes: map[cell]int{},
			isCode: coded[c.name] || own != nil, named: own,
		})
	}
	return out
}

func (c *sdmxComponent) nameOf(code string) string {
	if c.named == nil {
		return code
	}
	return cmp.Or(c.named(code), code)
}

// periodDetail is the first and the last second of a period.
func periodDetail(r *record) string {
	var out string
	if start := r.o.GetTimePeriod().GetStartTime(); start != nil {
		out = `,"start":"` + start.AsTime().Format(time.RFC3339) + `"`
	}
	if end := r.o.GetTimePeriod().GetEndTime(); end != nil {
		out += `,"end":"` + end.AsTime().Add(-time.Second).Format(time.RFC3339) + `"`
	}
	return out
}

// sdmxLinks name the dataflow as SDMX-CSV does.
func (w *sdmxJSON) sdmxLinks() []map[string]string {
	return []map[string]string{{"rel": "dataflow", "urn": sdmxFlow + sdmxFlowID(w.metric)}}
}

// sdmxFlowID names the figures of a metric in SDMX.
func sdmxFlowID(metric *metricsv1.Metric) string {
	return sdmxAgency + ":" + strings.TrimPrefix(metric.GetName(), "metrics/") + "(1.0)"
}

// structure says what the indexes stand for. A dimension must have a value, so where
// there is no observation there is none.
func (w *sdmxJSON) structure() ([]byte, error) {
	series, observation := []*sdmxComponent{}, []*sdmxComponent{}
	var sets []int
	for i := range w.sets {
		last := len(w.dimensions) - 1
		series, observation, sets = w.dimensions[:last], w.dimensions[last:], append(sets, i)
	}
	return sdmxText(struct {
		Sets        []int                       `json:"dataSets,omitempty"`
		Links       []map[string]string         `json:"links"`
		Name        string                      `json:"name"`
		Description string                      `json:"description,omitempty"`
		Dimensions  map[string][]*sdmxComponent `json:"dimensions"`
		Measures    map[string][]*sdmxComponent `json:"measures"`
		Attributes  map[string][]*sdmxComponent `json:"attributes"`
	}{
		sets, w.sdmxLinks(), cmp.Or(w.metric.GetDisplayName(), w.metric.GetName()), w.metric.GetDescription(),
		map[string][]*sdmxComponent{"series": series, "observation": observation},
		map[string][]*sdmxComponent{"observation": {w.measure}}, map[string][]*sdmxComponent{"observation": w.attributes},
	})
}

// meta says what the message is.
func (w *sdmxJSON) meta(structure []byte) ([]byte, error) {
	prepared := w.prepared.UTC().Format(time.RFC3339Nano)
	sum := sha256.New()
	_, _ = io.WriteString(sum, prepared) // a hash takes every write
	w.data(sum, structure)
	const enough = 16
	return sdmxText(struct {
		Schema   string            `json:"schema"`
		ID       string            `json:"id"`
		Prepared string            `json:"prepared"`
		Sender   map[string]string `json:"sender"`
	}{
		sdmxSchema, strings.TrimPrefix(w.metric.GetName(), "metrics/") + "-" + hex.EncodeToString(sum.Sum(nil)[:enough]), prepared,
		map[string]string{"id": sdmxAgency, "name": "onrecord"},
	})
}

// data writes the data of the message to what takes every write.
func (w *sdmxJSON) data(to io.Writer, structure []byte) {
	fmt.Fprintf(to, `{"structures":[%s],"dataSets":[`, structure)
	links, _ := sdmxText(w.sdmxLinks()) // texts always encode
	for i, set := range w.sets {
		fmt.Fprintf(to, `%s{"structure":0,"action":"Information","links":%s,"series":{`, separator(i), links)
		for j, series := range set.series {
			fmt.Fprintf(to, `%s"%s":{"observations":{%s}}`, separator(j), series.key, series.observations.Bytes())
		}
		_, _ = io.WriteString(to, "}}")
	}
	_, _ = io.WriteString(to, "]}")
}

// separator stands before the nth member.
func separator(n int) string {
	if n == 0 {
		return ""
	}
	return ","
}

func sdmxText(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
