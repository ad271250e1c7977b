package formats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// sdmxJSON writes the data message of SDMX-JSON 2.0, with the components of SDMX-CSV.
//
// Version 2.0, because there an observation's value may be a string: version 1 has
// numbers only, which clients read as binary floating point. So each decimal is a string
// with all its digits, and null where no one number is stated; bounds are attributes.
//
// In a data set no two observations have one key. Where the answer has several of a
// period, of other sources or other releases, the first of each are the first data
// set, the second the second, as SDMX has the history of its series.
type sdmxJSON struct {
	metric     *metricsv1.Metric
	dimensions []*sdmxComponent
	measure    *sdmxComponent
	attributes []*sdmxComponent

	sets []*sdmxSet
	// times is how many observations have a key.
	times map[string]int
	// prepared is when the answer came to be what it is.
	prepared time.Time
	settled  bool
}

// sdmxSet is the series of a data set in their order.
type sdmxSet struct {
	series []*sdmxSeries
	by     map[string]*sdmxSeries
}

type sdmxSeries struct {
	key string
	// observations are members of a JSON object.
	observations bytes.Buffer
}

func newSDMXJSON(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest) *sdmxJSON {
	of := sdmxOf(metric, request)
	w := &sdmxJSON{metric: metric, times: map[string]int{}, prepared: metric.GetUpdateTime().AsTime()}
	if at := request.GetReadTime(); at != nil {
		w.prepared, w.settled = at.AsTime(), true
	}
	w.dimensions = sdmxComponents(metric, of.dimensions)
	for i, c := range w.dimensions {
		c.Position, c.isCode = &i, true
	}
	w.dimensions[len(w.dimensions)-1].detail = periodDetail
	w.measure = sdmxComponents(metric, []column{of.value})[0]
	w.measure.Format = map[string]any{"dataType": "Decimal"}
	w.attributes = sdmxComponents(metric, of.attributes)
	for _, c := range w.attributes {
		c.Relationship = map[string]any{"observation": struct{}{}}
		if c.column.list {
			c.Format = map[string]any{"maxOccurs": "unbounded"}
		}
	}
	return w
}

func (w *sdmxJSON) add(r *record) {
	if at := r.o.GetUpdateTime().AsTime(); !w.settled && at.After(w.prepared) {
		w.prepared = at
	}
	indexes := make([]string, len(w.dimensions))
	for i, d := range w.dimensions {
		indexes[i] = strconv.Itoa(d.at(r, d.column.get(r)))
	}
	last := len(indexes) - 1
	key, period := strings.Join(indexes[:last], ":"), indexes[last]
	out := w.in(key, period)
	if out.Len() > 0 {
		out.WriteByte(',')
	}
	fmt.Fprintf(out, `"%s":[`, period)
	out.Write(jsonCell(w.measure.column.get(r)))
	end := out.Len()
	for _, a := range w.attributes {
		value := a.column.get(r)
		if value.kind == null {
			out.WriteString(",null")
			continue
		}
		out.WriteByte(',')
		out.WriteString(strconv.Itoa(a.at(r, value)))
		end = out.Len()
	}
	out.Truncate(end) // attributes that are not set may be left out at the end
	out.WriteByte(']')
}

// in is where an observation goes: into the first data set that has none of its key.
func (w *sdmxJSON) in(key, period string) *bytes.Buffer {
	whole := key + ":" + period
	n := w.times[whole]
	w.times[whole]++
	if n == len(w.sets) {
		w.sets = append(w.sets, &sdmxSet{by: map[string]*sdmxSeries{}})
	}
	set := w.sets[n]
	series := set.by[key]
	if series == nil {
		series = &sdmxSeries{key: key}
		set.by[key] = series
		set.series = append(set.series, series)
	}
	return &series.observations
}

// finish writes the message. Its id is made of its data and its time of the record, so
// that one answer has one form whenever it is given.
func (w *sdmxJSON) finish() ([]byte, error) {
	structure, err := w.structure()
	if err != nil {
		return nil, err
	}
	meta, err := w.meta(structure)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"meta":%s,"data":`, meta)
	w.data(&out, structure)
	out.WriteByte('}')
	return out.Bytes(), nil
}

// sdmxComponent is a dimension, a measure or an attribute, and the values that
// observations name by their index.
type sdmxComponent struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	Description  string            `json:"description,omitempty"`
	Position     *int              `json:"keyPosition,omitempty"`
	Relationship map[string]any    `json:"relationship,omitempty"`
	Format       map[string]any    `json:"format,omitempty"`
	Values       []json.RawMessage `json:"values,omitempty"`

	column  column
	indexes map[cell]int
	// isCode says that its values are codes, by their ids; named what they are called;
	// detail what a value says beside.
	isCode bool
	named  func(code string) string
	detail func(*record) string
}

// at is the index of a value, which is a new one if it has none.
func (c *sdmxComponent) at(r *record, value cell) int {
	index, has := c.indexes[value]
	if has {
		return index
	}
	index = len(c.Values)
	c.indexes[value] = index
	member := c.member(value)
	if c.detail != nil {
		member = append(member, c.detail(r)...)
	}
	c.Values = append(c.Values, append(member, '}'))
	return index
}

// member begins a value. The message's schema takes a value that is one of its types: a
// number that is whole is two of them, and so is a list of such, so both are texts.
func (c *sdmxComponent) member(value cell) []byte {
	switch {
	case value.kind == boolean:
		return fmt.Appendf(nil, `{"value":%s`, value.text)
	case c.column.list && strings.Contains(value.text, ";"):
		var all [][]byte
		for one := range strings.SplitSeq(value.text, ";") {
			all = append(all, jsonText(one))
		}
		return fmt.Appendf(nil, `{"values":[%s]`, bytes.Join(all, []byte(",")))
	case c.isCode && sdmxID.MatchString(value.text):
		return fmt.Appendf(nil, `{"id":%s,"name":%s`, jsonText(value.text), jsonText(c.nameOf(value.text)))
	default: // a dimension must have a value, the empty one if need be
		return fmt.Appendf(nil, `{"value":%s`, jsonText(value.text))
	}
}
