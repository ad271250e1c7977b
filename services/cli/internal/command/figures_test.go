package command_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/stablejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// census has the shape of the Census Bureau's file: carriage returns alone, months
// and years side by side, a row without a year, and a last December that is 0, of the
// world too.
const census = "year,CTY_CODE,CTYNAME,IJAN,IFEB,IMAR,IAPR,IMAY,IJUN,IJUL,IAUG,ISEP,IOCT,INOV,IDEC,IYR,EJAN,EFEB,EMAR,EAPR,EMAY,EJUN,EJUL,EAUG,ESEP,EOCT,ENOV,EDEC,EYR\r" +
	"2015,2010,Mexico,1.5,1,1,1,1,1,1,1,1,1,1,1.25,12.75,2,2,2,2,2,2,2,2,2,2,2,2.10,24.1\r" +
	"2016,2010,Mexico,3,3,3,3,3,3,3,3,3,3,3,0,33,4,4,4,4,4,4,4,4,4,4,4,0,44\r" +
	"2016,0015,\"World, Not Seasonally Adjusted\",5,5,5,5,5,5,5,5,5,5,5,0,55,6,6,6,6,6,6,6,6,6,6,6,0,66\r" +
	",2010,Mexico,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\r"

const gdp = "Country Name,Country Code,Year,Value\r\nMexico,MEX,2015,1171870000000.25\r\n\"Bahamas, The\",BHS,2015,12000000000\r\nEuro area,EMU,2015,11000000000000\r\n"

const rates = "Date,Country,Exchange rate\r\n2014-01-01,Mexico,13.302\r\n2015-01-01,Mexico,15.8745\r\n"

// timeseries is a folder of data with files of these shapes.
func timeseries(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"us-trade-by-country-1985-2016.csv":                 census,
		"gdp.csv":                                           gdp,
		"exchange-rates-annual.csv":                         rates,
		"cpi-us.csv":                                        "Date,Index,Inflation\n1913-01-01,9.8,\n1913-02-01,9.8,0.0\n",
		"bts-border-crossing-2020-02.csv":                   "Port Name,State,Port Code,Border,Date,Measure,Value,,,\r\nAlcan,AK,3104,US-Canada Border,2/1/20 0:00,Trucks,0,,,\r\nRoma,TX,2310,US-Mexico Border,2/1/20 0:00,Buses,7,,,26911953\r\n",
		"sdmx/exr-time-series.json":                         exrJSON,
		"sdmx/xml/sdmx21/reader/gen_ser_no_atts.xml":        derivativesML,
		"sdmx/csv/sdmx10/reader/csv_labels_both.csv":        "DATAFLOW,DIM1: DIMENSION 1,DIM2: DIMENSION 2,ATT1: ATTRIBUTE 1,ATT2: ATTRIBUTE 2,OBS_VALUE: OBS_VALUE,TIME_PERIOD: TIME PERIOD\nMD:MD_TEST(1.0): MD TEST,A: A,B: B,C: C,D: D,1: 1,2020: 2020\n",
		"sdmx/csv/sdmx20/writer/reference_partial_keys.csv": "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,ATT1,ATT2\nd,MD:MD_TEST(1.0),I,A,B,,,C,\nd,MD:MD_TEST(1.0),I,A,B,2020,1,,D\nd,MD:MD_TEST(1.0),I,A,B,2021,2,,E",
		"sdmx/csv/sdmx20/reader/data_v2_three_actions.csv":  "STRUCTURE,STRUCTURE_ID,ACTION,Id_1,Id_2,Me_1\nd,TEST:TEST_MD(1.0),D,,,\nd,TEST:TEST_MD(1.0),R,A,A,6\nd,TEST:TEST_MD(1.0),R,A,B,1\nd,TEST:TEST_MD(1.0),I,A,C,2",
		"sdmx/csv/sdmx20/reader/data_v2_action_col.csv":     "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,DER_TYPE,TIME_PERIOD,OBS_CONF,OBS_VALUE\nd,BIS:BIS_DER(1.0),A,U,2002,F,\n",
		"sdmx/csv/sdmx20/reader/data_v2_exception.csv":      "FREQ,DER_TYPE,TIME_PERIOD,OBS_VALUE\nA,U,2002,1\n",
	} {
		path := filepath.Join(folder, "timeseries", filepath.FromSlash(name))
		must.OK(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must.OK(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return folder
}

// derivativesML is an observation of generic data without a value.
const derivativesML = `<?xml version='1.0' encoding='UTF-8'?>
<m:GenericData xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic">
<m:Header><m:Test>true</m:Test><m:Structure structureID="D" dimensionAtObservation="TIME_PERIOD"/></m:Header><m:DataSet structureRef="D" action="Replace"><g:Series><g:SeriesKey><g:Value id="FREQ" value="A"/>
<g:Value id="DER_TYPE" value="T"/><g:Value id="DER_INSTR" value="B"/><g:Value id="DER_RISK" value="C"/><g:Value id="DER_REP_CTY" value="5J"/><g:Value id="DER_SECTOR_CPY" value="B"/>
<g:Value id="DER_CPC" value="1E"/><g:Value id="DER_SECTOR_UDL" value="A"/><g:Value id="DER_CURR_LEG1" value="EUR"/><g:Value id="DER_CURR_LEG2" value="TO1"/><g:Value id="DER_ISSUE_MAT" value="A"/>
<g:Value id="DER_RATING" value="A"/><g:Value id="DER_EX_METHOD" value="3"/><g:Value id="DER_BASIS" value="C"/></g:SeriesKey><g:Obs><g:ObsDimension value="2003"/><g:ObsValue value=""/></g:Obs></g:Series></m:DataSet></m:GenericData>`

const exrJSON = `{"data":{"structures":[{"dimensions":{"dataSet":[{"id":"FREQ","keyPosition":0,"values":[{"id":"D"}]},{"id":"CURRENCY_DENOM","keyPosition":2,"values":[{"id":"EUR"}]},
{"id":"EXR_TYPE","keyPosition":3,"values":[{"id":"SP00"}]},{"id":"EXR_SUFFIX","keyPosition":4,"values":[{"id":"A"}]}],
"series":[{"id":"CURRENCY","keyPosition":1,"values":[{"id":"NZD"}]}],"observation":[{"id":"TIME_PERIOD","keyPosition":5,"values":[{"id":"2013-01-18"}]}]},
"attributes":{"dataSet":[{"id":"TIME_FORMAT","default":"P1D","values":[{"id":"P1D"}]}],"series":[{"id":"TITLE","values":[{"value":"New Zealand dollar (NZD)"}]}],
"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]}}],"dataSets":[{"structure":0,"action":"Merge","series":{"0":{"attributes":[0],"observations":{"0":[1.59310,0]}}}}]}}`

// query asks for series of a metric.
func (r *running) query(t *testing.T, metric string, parameters ...string) *metricsv1.QueryMetricResponse {
	t.Helper()
	values := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		values.Set(parameters[i], parameters[i+1])
	}
	text := must.Get(must.Get(client.New(r.url, ""))(t).Get(t.Context(), metric+":query", values))(t)
	answer := &metricsv1.QueryMetricResponse{}
	must.OK(t, protojson.Unmarshal(text, answer))
	return answer
}

// numbers are the periods and numbers of the only series of an answer.
func numbers(t *testing.T, answer *metricsv1.QueryMetricResponse) []string {
	t.Helper()
	must.Equal(t, len(answer.GetSeries()), 1)
	var all []string
	for _, one := range answer.GetSeries()[0].GetObservations() {
		all = append(all, one.GetTimePeriod().GetEdtf()+" "+one.GetValue().GetValue())
	}
	return all
}

// TestTimeSeriesOfTheDemoData: every shape of file is imported or rejected with the
// right reason, a second time changes nothing; a December that is not there yet
// reaches no yearly sum; the total trade is computed of its two directions; GDP is
// converted by the annual rates.
func TestTimeSeriesOfTheDemoData(t *testing.T) {
	onEngines(t, func(t *testing.T, empty func(t *testing.T) *running) {
		r := empty(t)
		folder, rejects := timeseries(t), filepath.Join(t.TempDir(), "rejects.jsonl")
		demo := func() string {
			got := r.ask(t, "demo-data", folder, "--rejects", rejects)
			must.Equal(t, got.code, 0)
			must.Contains(t, got.err, "timeseries/sdmx/large_csv_1.csv is not there: left out")
			return got.out
		}
		first := demo()
		for _, want := range []string{
			"metrics/bilateral-goods-trade        78        0          0              0         1  MISSING_PERIOD",
			"metrics/us-land-port-crossings        2 ", "metrics/us-cpi-monthly-change         2 ", "metrics/sdmx-test-md                  3 ",
			"metrics/sdmx-bis-der                  1 ",
			"1  UNSUPPORTED_FORMAT", "1  WRONG_COLUMN_COUNT",
		} {
			must.Contains(t, first, want)
		}
		second := demo()
		for line := range strings.Lines(second) {
			if fields := strings.Fields(line); len(fields) > 5 && strings.HasPrefix(fields[1], "metrics/") {
				must.Equal(t, fields[2:5], []string{"0", "0", "0"})
			}
		}
		inJSON := r.ask(t, "demo-data", folder, "--rejects", rejects, "--output", "json")
		must.Equal(t, inJSON.code, 0)
		must.Equal(t, inJSON.out, "")
		_, said, _ := strings.Cut(second, "rows were rejected")
		must.Contains(t, inJSON.err, "rows were rejected"+said)
		trade := []string{"dimensions[REF_AREA]", "US", "dimensions[COUNTERPART_AREA]", "MX", "dimensions[FLOW]"}
		must.Equal(t, numbers(t, r.query(t, "metrics/bilateral-goods-trade", append(trade, "TOTAL")...)), []string{"2015 36850000"})
		summed := append(slices.Clone(trade), "IMPORTS", "frequency", "M", "aggregation_frequency", "A", "aggregation_method", "SUM")
		must.Equal(t, numbers(t, r.query(t, "metrics/bilateral-goods-trade", summed...)), []string{"2015 12750000", "2016 "})
		converted := r.query(t, "metrics/gdp-current-usd", "dimensions[REF_AREA]", "MEX", "unit", "MXN", "rate_basis", "REFERENCE", "rate_metric", "metrics/exchange-rates-annual")
		must.Equal(t, numbers(t, converted), []string{"2015 18602850315003.968625"})
		must.Equal(t, converted.GetSeries()[0].GetObservations()[0].GetConversion().GetRatePeriod().GetEdtf(), "2015")
	})
}

// TestRejectsOfTheDemoDataAreNotLeftAbout: the data is somebody else's and the working
// folder anything, so they go to the user's cache unless the caller says.
func TestRejectsOfTheDemoDataAreNotLeftAbout(t *testing.T) {
	folder, here := timeseries(t), t.TempDir()
	r := start(t, t.TempDir())
	t.Setenv("HOME", here)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(here, "cache"))
	work := t.TempDir()
	t.Chdir(work)
	before := must.Get(filepath.Glob(filepath.Join(folder, "*", "*")))(t)
	got := r.ask(t, "demo-data", folder)
	must.Equal(t, got.code, 0)
	must.Contains(t, got.out, filepath.Join("onrecord", "demo-data.rejects."))
	must.Equal(t, len(must.Get(os.ReadDir(work))(t)), 0)
	must.Equal(t, must.Get(filepath.Glob(filepath.Join(folder, "*", "*")))(t), before)
}

// TestExportOfFigures: an export has a column for every dimension and attribute, is
// imported elsewhere as the same figures, and exported from there alike.
func TestExportOfFigures(t *testing.T) {
	onEngines(t, func(t *testing.T, empty func(t *testing.T) *running) {
		first := empty(t)
		must.Equal(t, first.ask(t, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl")).code, 0)
		exports := map[string]string{}
		for metric, columns := range map[string]string{
			"bilateral-goods-trade": "REF_AREA,COUNTERPART_AREA,FLOW,FREQ,TIME_PERIOD,OBS_VALUE", "sdmx-md-test": "DIM1,DIM2,FREQ",
			"sdmx-ecb-exr": "CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,FREQ", "us-land-port-crossings": "REF_AREA,COUNTERPART_AREA,PORT,MEASURE,FREQ", "sdmx-test-md": "Id_1,Id_2,FREQ",
		} {
			exports[metric] = first.must(t, "export", "figures", "metrics/"+metric)
			must.Contains(t, exports[metric], ",ACTION,"+columns)
		}
		must.Contains(t, exports["sdmx-ecb-exr"], "NZD,EUR,SP00,A,D,2013-01-18,1.59310,1,UCUM,0,,A,,,P1D,New Zealand dollar (NZD),")
		must.Contains(t, exports["sdmx-md-test"], "A,B,,2021,2,1,UCUM,0,,,,,C,E,")
		second := empty(t)
		for metric, export := range exports {
			second.copyMetric(t, first, metric)
			path := inFile(t, metric+".csv", export)
			second.must(t, "import", "figures", path, "--metric", "metrics/"+metric)
			again := second.must(t, "export", "figures", "metrics/"+metric)
			must.Equal(t, told(t, again), told(t, export))
			must.Contains(t, second.must(t, "import", "figures", path, "--metric", "metrics/"+metric, "--producer", "Nobody"), "figures        0        0          0")
		}
		lines := filepath.Join(t.TempDir(), "figures.jsonl")
		must.Contains(t, first.ask(t, "export", "figures", "metrics/us-cpi", "--to", lines, "--filter", `time_period = "1913-01"`).err, "1 figures written to")
		must.Contains(t, string(must.Get(os.ReadFile(lines))(t)), `{"figure":{"name":"figures/`)
		second.stop()
	})
}

// TestAnExportKeepsWhoReadsIt: what only editors read is that on the record that an export is
// imported to, and tables tell it apart.
func TestAnExportKeepsWhoReadsIt(t *testing.T) {
	first, second := start(t, t.TempDir()), start(t, t.TempDir())
	must.Equal(t, first.ask(t, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl")).code, 0)
	const metric, filter = "metrics/sdmx-md-test", `dimensions.DIM1 = "N"`
	file := inFile(t, "n.csv", "DATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE,PRODUCER,EMBARGO_TIME,CONF_STATUS\n"+
		"T,N,N,2020,1,P,,\nT,N,N,2021,2,P,2035-03-01T09:30:00+01:00,\nT,N,N,2022,3,P,,C\nT,N,N,2023,4,P,2001-02-03T00:00:00Z,\n")
	first.must(t, "import", "figures", file, "--metric", metric, "--title", "T", "--embargo-end-time", "2034-01-02T03:04:05Z")
	second.copyMetric(t, first, "sdmx-md-test")
	export := first.must(t, "export", "figures", metric, "--filter", filter)
	second.must(t, "import", "figures", inFile(t, "again.csv", export), "--metric", metric)
	must.Equal(t, told(t, second.must(t, "export", "figures", metric)), told(t, export))
	for _, of := range []*running{first, second} {
		for _, table := range []string{of.must(t, "list", "figures", "--filter", filter), of.must(t, "query", metric, "--dimension", "DIM1=N")} {
			for _, part := range []string{"READ BY", "editors until 2034-01-02T03:04:05Z\n", "editors until 2035-03-01T08:30:00Z\n", "editors\n"} {
				must.Contains(t, table, part)
			}
		}
		must.False(t, strings.Contains(of.must(t, "list", "metrics"), "READ BY"), "nothing of it is restricted")
	}
}

// copyMetric puts a metric of another record on this one.
func (r *running) copyMetric(t *testing.T, from *running, id string) {
	t.Helper()
	metric := &metricsv1.Metric{}
	must.OK(t, protojson.Unmarshal(must.Get(must.Get(client.New(from.url, ""))(t).Get(t.Context(), "metrics/"+id, nil))(t), metric))
	input := protoinput.Of(metric)
	input.Name = ""
	_ = must.Get(must.Get(client.New(r.url, ""))(t).Call(t.Context(), http.MethodPost, "metrics", url.Values{"metric_id": {id}}, must.Get(stablejson.Marshal(input))(t)))(t)
}

// told is what an export says, line by line, without what a record gives of its
// own: names, revisions, and so the order.
func told(t *testing.T, export string) []string {
	t.Helper()
	rows := must.Get(csv.NewReader(strings.NewReader(export)).ReadAll())(t)
	var all []string
	for _, row := range rows {
		for i, column := range rows[0] {
			if column == "FIGURE" || column == "REVISION" {
				row = slices.Clone(row)
				row[i] = ""
			}
		}
		all = append(all, strings.Join(row, "|"))
	}
	slices.Sort(all)
	return all
}

// TestImportOfFiguresThatIsRefused: what cannot be done is said before anything is
// written; what can be done but for some rows is exit code 3.
func TestImportOfFiguresThatIsRefused(t *testing.T) {
	r := start(t, t.TempDir())
	must.Equal(t, r.ask(t, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl")).code, 0)
	file := inFile(t, "data.csv", "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,DIM2,TIME_PERIOD,OBS_VALUE\nd,T,I,X,Y,2020,\"1,5\"\nd,T,I,X,Y,2021,"+strings.Repeat("9", 400)+
		"\nd,T,I,X,Y,2022,1e1000000\nd,T,I,X,Y,2023/2022,1\nd,T,A,A,B,2020,7\nd,T,D,X,Y,1999,\nd,T,I,X,Y,2024,5\nd,T,I,X,Y")
	got := r.ask(t, "import", "figures", file, "--metric", "metrics/sdmx-md-test", "--producer", "MD", "--title", "MD_TEST")
	must.Equal(t, got.code, 3)
	must.Contains(t, got.out, "8 rows read, 7 rejected")
	rejects := string(must.Get(os.ReadFile(file + ".rejects.jsonl"))(t))
	for _, want := range []string{
		`"line":2,"reason":"MALFORMED_DECIMAL"`, `"line":3,"reason":"TOO_MANY_DIGITS"`, `"line":4,"reason":"EXPONENT_OUT_OF_RANGE"`, `"line":5,"reason":"INVALID_PERIOD"`,
		`"line":6,"reason":"FIGURE_EXISTS"`, `"line":7,"reason":"FIGURE_NOT_FOUND"`, `"line":9,"reason":"CUT_OFF"`,
	} {
		must.Contains(t, rejects, want)
	}
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no metric":   {[]string{file}, 2, "--metric"},
		"no producer": {[]string{file, "--metric", "metrics/sdmx-md-test"}, 2, "--producer"},
		"not there":   {[]string{file, "--metric", "metrics/absent", "--producer", "P"}, 1, "METRIC_NOT_FOUND"},
		"no file":     {[]string{"absent.csv", "--metric", "metrics/us-cpi", "--producer", "P"}, 1, "no such file"},
		"a folder":    {[]string{t.TempDir(), "--metric", "metrics/us-cpi", "--producer", "P"}, 2, "is no file"},
		"mapping":     {[]string{file, "--mapping", inFile(t, "m.yaml", "colums: {}")}, 2, "colums"},
		"no mapping":  {[]string{file, "--mapping", "absent.yaml"}, 1, "absent.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.ask(t, append([]string{"import", "figures"}, test.args...)...)
			must.Equal(t, got.code, test.code)
			must.Contains(t, got.err, test.want)
		})
	}
	unended := r.ask(t, "import", "figures", inFile(t, "cut.csv", "DATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE\nT,C,C,2020,12"), "--metric", "metrics/sdmx-md-test", "--producer", "P")
	must.Equal(t, unended.code, 0)
	must.Contains(t, unended.err, "the last value may be cut off too")
	statements := r.ask(t, "import", "statements", inFile(t, "cut.csv", "statement,text,statement_type\nstatements/cut-off,Some wor,THOUGHT"))
	must.Contains(t, statements.err, "the last value may be cut off too")
	streamed := run(t, "DATAFLOW,DIM1,DIM2,TIME_PERIOD,OBS_VALUE\nT,S,S,2020,1\n", "import", "figures", "-", "--metric", "metrics/sdmx-md-test", "--producer", "P",
		"--rejects", filepath.Join(t.TempDir(), "r.jsonl"), "--server", r.url, "--release", "2021-03")
	must.Equal(t, streamed.code, 0)
	must.Contains(t, r.must(t, "export", "figures", "metrics/sdmx-md-test", "--filter", `release_time = "2021-03"`), "S,S,,2020,1,")
}
