package formats

import (
	"bytes"
	"encoding/json"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// The metadata file (W3C, Metadata Vocabulary for Tabular Data): what each column
// means, whose data it is and under which licence, and what the query asked for.
type (
	csvwTable struct {
		Context     []any       `json:"@context"`
		URL         string      `json:"url"`
		Title       string      `json:"dc:title"`
		Description string      `json:"dc:description,omitempty"`
		Coverage    string      `json:"dc:coverage,omitempty"`
		Source      []string    `json:"dc:source"`
		License     []string    `json:"dc:license,omitempty"`
		Notes       []csvwNote  `json:"notes,omitempty"`
		Dialect     csvwDialect `json:"dialect"`
		Schema      csvwSchema  `json:"tableSchema"`
	}
	csvwNote struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	csvwDialect struct {
		Encoding string `json:"encoding"`
		Header   bool   `json:"header"`
	}
	csvwSchema struct {
		Columns []csvwColumn `json:"columns"`
	}
	csvwColumn struct {
		Name        string `json:"name"`
		Titles      string `json:"titles"`
		Description string `json:"dc:description"`
		Datatype    string `json:"datatype"`
		Separator   string `json:"separator,omitempty"`
		Null        string `json:"null"`
	}
)

// verbatim warns of what a spreadsheet makes of a text.
const verbatim = "Every cell is as it is on record. One that begins with = + - or @ is a text or a number, " +
	"never a formula: import the file with all columns as text where that is not certain."

// csvwWriter collects what the pages of an answer say: their sources, and which columns
// have a number with an exponent.
type csvwWriter struct {
	table             csvwTable
	columns           []column
	sources, licenses drawing.Names
}

func newCSVW(metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest, url string) *csvwWriter {
	w := &csvwWriter{columns: csvColumns(metric), table: csvwTable{
		Context: []any{"http://www.w3.org/ns/csvw", map[string]string{"@language": "en"}}, URL: url, Title: metric.GetDisplayName(),
		Description: metric.GetDescription(), Coverage: metric.GetCoverage(), Dialect: csvwDialect{"utf-8", true}, Source: []string{},
	}}
	for _, asked := range words.Query(request) {
		w.table.Notes = append(w.table.Notes, csvwNote{"query", asked})
	}
	for _, b := range metric.GetBreaks() {
		w.table.Notes = append(w.table.Notes, csvwNote{"break", words.PeriodOf(b.GetTimePeriod()) + ": " + b.GetDescription()})
	}
	w.table.Notes = append(w.table.Notes, csvwNote{"verbatim", verbatim})
	for _, c := range w.columns {
		column := csvwColumn{Name: c.name, Titles: c.name, Description: c.about, Datatype: c.datatype}
		if c.list {
			column.Separator = ";"
		}
		w.table.Schema.Columns = append(w.table.Schema.Columns, column)
	}
	return w
}

// add calls a column one of texts where a number has an exponent, which no decimal has
// (XML Schema): a reader would refuse the cell. Written out it would claim more digits
// than it has.
func (w *csvwWriter) add(r *record) {
	for i, c := range w.columns {
		if c.datatype == "decimal" && strings.ContainsAny(c.get(r).text, "eE") {
			w.table.Schema.Columns[i].Datatype = "string"
		}
	}
}

// addSources names the sources of a page.
func (w *csvwWriter) addSources(answer *metricsv1.QueryMetricResponse) {
	for _, source := range answer.GetSources() {
		name := source.GetCitationFull()
		if name == "" {
			name = drawing.SourceName(source)
		}
		if source.GetUri() != "" {
			name += " <" + source.GetUri() + ">"
		}
		w.sources.Add(source.GetSourceId() + ": " + name)
		w.licenses.Add(source.GetLicense())
	}
}

func (w *csvwWriter) finish() ([]byte, error) {
	w.table.Source, w.table.License = append(w.table.Source, w.sources.List()...), w.licenses.List()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(w.table)
	return out.Bytes(), err
}
