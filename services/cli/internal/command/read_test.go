package command_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/golden"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// volatile is what differs from run to run in an answer.
var volatile = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`(createTime|updateTime) +\S+`), "$1  TIME"},
	{regexp.MustCompile(`etag +\S+`), "etag  ETAG"},
}

func steady(text string) []byte {
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.instead)
	}
	return []byte(text)
}

// The example record, read through every command as a person reads it.
func TestTablesOfTheExampleRecord(t *testing.T) {
	server := start(t, t.TempDir(), "--examples")
	must.Contains(t, server.printed, "loaded 1 of 3  documents/afp-2023-11-18: 18 statements, 5 figures")
	must.Contains(t, server.printed, "/documents/goods-trade-note")
	for name, args := range map[string][]string{
		"documents":          {"list", "documents", "--order-by", "name"},
		"versions":           {"list", "documents/afp-2023-11-18/versions"},
		"entities":           {"list", "entities", "--filter", "entity_type = PERSON", "--order-by", "name"},
		"statements":         {"list", "statements", "--all", "--order-by", "name"},
		"statements-speaker": {"list", "statements", "--filter", `speaker = "entities/joe-biden" AND statement_type = DIRECT`, "--order-by", "name"},
		"metrics":            {"list", "metrics", "--order-by", "name"},
		"series":             {"list", "metrics/bilateral-goods-trade/series"},
		"figures":            {"list", "figures", "--filter", `document = "documents/afp-2023-11-18"`, "--order-by", "name"},
		"bounds":             {"query", "bilateral-goods-trade", "--dimension", "FLOW=IMPORTS", "--period", "2014/2015"},
		"totals":             {"query", "metrics/bilateral-goods-trade", "--dimension", "FLOW=TOTAL", "--dimension", "REF_AREA=US", "--frequency", "A", "--all"},
		"border":             {"query", "border-length"},
		"search":             {"search", `"good relationship"`},
		"search-words":       {"search", "border -mexican"},
		"figure":             {"get", "figures/afp-2023-11-18-bilateral-trade"},
		"figure-alternates":  {"get", "figures/afp-2023-11-18-border-funds"},
		"statement":          {"get", "statements/afp-2023-11-18-better-partner"},
		"statement-note":     {"get", "statements/goods-trade-note-infrastructure"},
	} {
		t.Run(name, func(t *testing.T) { golden.Check(t, name+".txt", steady(server.must(t, args...))) })
	}
	t.Run("json", func(t *testing.T) { readJSON(t, server) })
	t.Run("pages", func(t *testing.T) { readPages(t, server) })
	t.Run("refusals", func(t *testing.T) { readRefusals(t, server) })
}

// decode parses what a command printed with -o json.
func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	must.OK(t, json.Unmarshal([]byte(text), &value))
	return value
}

type jsonFigure struct {
	Name       string
	Normalized struct {
		Value struct{ Value string }
		Unit  struct{ Code string }
	}
	TimePeriod struct{ Edtf, MissingReason string }
}

// readJSON reads the figures and words that the record is known for.
func readJSON(t *testing.T, server *running) {
	trade := decode[jsonFigure](t, server.must(t, "get", "figures/afp-2023-11-18-bilateral-trade", "-o", "json"))
	must.Equal(t, trade.Normalized.Value.Value+" "+trade.Normalized.Unit.Code+" "+trade.TimePeriod.Edtf, "860000000000 USD 2022")
	border := decode[jsonFigure](t, server.must(t, "get", "figures/afp-2023-11-18-border-length", "-o", "json"))
	must.Equal(t, border.Normalized.Value.Value+" "+border.Normalized.Unit.Code+" "+border.TimePeriod.MissingReason, "3000000 m NOT_STATED")

	list := decode[struct {
		Statements    []struct{ Text string }
		NextPageToken *string
	}](t, server.must(t, "list", "statements", "--filter", `document = "documents/afp-2023-11-18" AND statement_type = DIRECT`, "-o", "json"))
	must.Equal(t, len(list.Statements), 8)
	must.Equal(t, list.NextPageToken, nil)

	empty := decode[map[string]any](t, server.must(t, "list", "statements", "--filter", `speaker = "entities/nobody"`, "-o", "json"))
	must.Equal(t, empty, map[string]any{"statements": []any{}})
}

// readPages walks pages by token, and all at once.
func readPages(t *testing.T, server *running) {
	type page struct {
		Figures       []jsonFigure
		NextPageToken string
	}
	filter := `metric = "metrics/bilateral-goods-trade"`
	all := decode[page](t, server.must(t, "list", "figures", "--filter", filter, "--page-size", "40", "--all", "-o", "json"))
	must.Equal(t, len(all.Figures), 99)
	var walked page
	for pages := 1; ; pages++ {
		part := decode[page](t, server.must(t, "list", "figures", "--filter", filter, "--page-size", "40", "--page-token", walked.NextPageToken, "-o", "json"))
		walked.Figures, walked.NextPageToken = append(walked.Figures, part.Figures...), part.NextPageToken
		if walked.NextPageToken == "" {
			must.Equal(t, pages, 3)
			break
		}
	}
	must.Equal(t, walked.Figures, all.Figures)

	first := server.ask(t, "list", "figures", "--page-size", "1")
	must.Equal(t, first.code, 0)
	must.Contains(t, first.err, "there is more: --all")
	series := decode[struct {
		Series []struct{ Observations []any }
	}](t,
		server.must(t, "query", "bilateral-goods-trade", "--dimension", "FLOW=TOTAL", "--page-size", "10", "--all", "-o", "json"))
	must.Equal(t, len(series.Series), 1)
	must.Equal(t, len(series.Series[0].Observations), 33)

	nothing := server.ask(t, "search", "zebra")
	must.Equal(t, nothing, result{0, "", "no statements\n"})
}

// readRefusals asks for what cannot be had.
func readRefusals(t *testing.T, server *running) {
	for name, tt := range map[string]struct {
		args []string
		want []string
	}{
		"not there":       {[]string{"get", "figures/nothing"}, []string{"onrecord: refused (", "figures/nothing"}},
		"page too large":  {[]string{"list", "figures", "--page-size", "1001"}, []string{"pageSize", "1000"}},
		"unknown field":   {[]string{"list", "figures", "--filter", "colour = 1"}, []string{"UNKNOWN_FILTER_FIELD", "colour"}},
		"bad period":      {[]string{"query", "bilateral-trade", "--period", "2022-13"}, []string{"period"}},
		"bad frequency":   {[]string{"query", "bilateral-trade", "--frequency", "YEARLY"}, []string{"frequency", "YEARLY"}},
		"bad read time":   {[]string{"get", "figures/x", "--read-time", "yesterday"}, []string{"readTime"}},
		"unclosed phrase": {[]string{"search", `"border`}, []string{"query"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := server.ask(t, tt.args...)
			must.Equal(t, got.code, 1)
			must.Equal(t, got.out, "")
			must.True(t, strings.HasPrefix(got.err, "onrecord: refused"), "%s", got.err)
			for _, part := range tt.want {
				must.Contains(t, got.err, part)
			}
		})
	}
}
