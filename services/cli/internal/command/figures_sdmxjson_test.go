package command_test

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ12SDMXJSONIsReadAgain: what a query answers as SDMX-JSON an import puts on another
// record as it was: several series, sources and releases, gaps, bounds, flags, and numbers with
// all their digits (38 are kept).
func TestJ12SDMXJSONIsReadAgain(t *testing.T) {
	first, second := start(t, t.TempDir()), start(t, t.TempDir())
	must.Equal(t, first.ask(t, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl")).code, 0)
	const id, metric = "sdmx-md-test", "metrics/sdmx-md-test"
	file := inFile(t, "n.csv", `STRUCTURE[;],STRUCTURE_ID,ACTION,DIM1,DIM2,FREQ,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_SYSTEM,UNIT_MULT,DECIMALS,OBS_STATUS[],CONF_STATUS,VALUE_KIND,OBS_VALUES[],LOWER,LOWER_INCLUSIVE,UPPER,UPPER_INCLUSIVE,APPROXIMATOR,MISSING_REASON,RELEASE_TIME,PRODUCER,TITLE,LICENSE,ATT1,COMMENT_OBS
d,T,I,N,1,A,2020,1234567890123456789012345.6789012345670,1,UCUM,3,13,P;E,F,,,,,,,ABOUT,,2021-03-01,P,T,CC0,C,"a ""note"", <b>"
d,T,I,N,1,A,2020,1234567890123456789012346,1,UCUM,3,0,B,,,,,,,,,,2022-03-01,P,T,CC0,C,revised
d,T,I,N,1,A,2020,7.10,1,UCUM,0,2,,,,,,,,,,,2021-03-01,Q,U,,,of another source
d,T,I,N,1,A,2021,,1,UCUM,0,,M,,,,,,,,,SUPPRESSED,,P,T,CC0,,
d,T,I,N,1,A,2022,,1,UCUM,6,,,,RANGE,,0.10,true,100,false,,,,P,T,CC0,,
d,T,I,N,1,A,2023,,1,UCUM,0,,,,UPPER_BOUND,,,,100.0,true,,,,P,T,CC0,,
d,T,I,N,2,Q,2023-Q4,,1,UCUM,0,,,,LIST,1.50;2,,,,,,,,P,T,CC0,,
d,T,I,N,2,,2001/2003,-0.0001,1,UCUM,-2,4,,,,,,,,,,,,P,T,CC0,,
`)
	first.must(t, "import", "figures", file, "--metric", metric)
	second.copyMetric(t, first, id)
	message := first.served(t, metric, url.Values{"format": {"sdmx-json"}, "vintages": {"ALL"}, "dimensions[DIM1]": {"N"}})
	must.Contains(t, message, `"1234567890123456789012345.6789012345670"`)
	must.Equal(t, strings.Count(message, `"action":"Information"`), 3)
	must.Contains(t, second.must(t, "import", "figures", inFile(t, "again.json", message), "--metric", metric), "figures        8        0          0")
	table := url.Values{"format": {"sdmx-csv"}, "vintages": {"ALL"}, "dimensions[DIM1]": {"N"}}
	must.Equal(t, told(t, second.served(t, metric, table)), told(t, first.served(t, metric, table)))
}

// served is what the API answers to a query.
func (r *running) served(t *testing.T, metric string, parameters url.Values) string {
	t.Helper()
	return string(must.Get(must.Get(client.New(r.url, ""))(t).Get(t.Context(), metric+":query", parameters))(t))
}
