package formats

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// rowsWriter writes a JSON array of flat objects. All have the same keys; what
// there is not is null.
type rowsWriter struct {
	columns []column
	keys    [][]byte
	out     bytes.Buffer
	any     bool
}

func newRows(metric *metricsv1.Metric) *rowsWriter {
	w := &rowsWriter{columns: columns(metric)}
	for _, c := range w.columns {
		w.keys = append(w.keys, jsonText(c.name))
	}
	return w
}

func (w *rowsWriter) add(r *record) {
	if w.any {
		w.out.WriteString(",\n{")
	} else {
		w.out.WriteString("[{")
	}
	w.any = true
	for i, c := range w.columns {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.Write(w.keys[i])
		w.out.WriteByte(':')
		w.out.Write(jsonCell(c.get(r)))
	}
	w.out.WriteByte('}')
}

func (w *rowsWriter) finish() []byte {
	if !w.any {
		return []byte("[]")
	}
	w.out.WriteByte(']')
	return w.out.Bytes()
}

// jsonCell is a cell as JSON. A number beyond what a binary floating point number
// holds would be read as infinite, so it is a null: the exact text is beside it.
func jsonCell(c cell) []byte {
	switch c.kind {
	case text:
		return jsonText(c.text)
	case boolean:
		return []byte(c.text)
	case number:
		if f, err := strconv.ParseFloat(c.text, 64); err == nil && !math.IsInf(f, 0) && json.Valid([]byte(c.text)) {
			return []byte(c.text)
		}
	default: // null
	}
	return []byte("null")
}

func jsonText(s string) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
