package demodata

import "embed"

// SeriesFolder is the folder of the time series below that of the data.
const SeriesFolder = "timeseries"

//go:embed mappings/*.yaml
var mappings embed.FS

// Series is a file of observations and what its columns are.
type Series struct {
	// File is its path below the folder of the data.
	File string
	// Mapping is the name of its mapping.
	Mapping string
}

// MappingFile is the content of the mapping.
func (s Series) MappingFile() ([]byte, error) {
	return mappings.ReadFile("mappings/" + s.Mapping + ".yaml")
}

// AllSeries are the time series, in the order in which they are imported: five
// tables of public statistics, one of them with two columns of values, and the
// SDMX samples of pysdmx, some of which are broken on purpose.
func AllSeries() []Series {
	all := []Series{
		{"timeseries/us-trade-by-country-1985-2016.csv", "us-trade-by-country"},
		{"timeseries/gdp.csv", "gdp"},
		{"timeseries/exchange-rates-annual.csv", "exchange-rates-annual"},
		{"timeseries/cpi-us.csv", "cpi-us"},
		{"timeseries/cpi-us.csv", "cpi-us-change"},
		{"timeseries/bts-border-crossing-2020-02.csv", "bts-border-crossing"},
		{"timeseries/sdmx/exr-time-series.json", "sdmx-ecb-exr"},
		{"timeseries/sdmx/large_csv_1.csv", "sdmx-eurostat-bpm6"},
		{"timeseries/sdmx/xml/sdmx21/reader/gen_ser_no_atts.xml", "sdmx-bis-der"},
		{"timeseries/sdmx/csv/sdmx10/reader/csv_labels_both.csv", "sdmx-md-test"},
		{"timeseries/sdmx/csv/sdmx10/writer/csv_labels_both.csv", "sdmx-md-test"},
		{"timeseries/sdmx/csv/sdmx10/reader/data_v1.csv", "sdmx-bis-der"},
		{"timeseries/sdmx/csv/sdmx10/reader/data_v1_datetime.csv", "sdmx-bms-exr"},
		{"timeseries/sdmx/csv/sdmx10/reader/data_v1_exception.csv", "sdmx-bis-der"},
	}
	for _, version := range []struct{ folder, file string }{{"sdmx20", "data_v2"}, {"sdmx21", "data_v21"}} {
		reader := "timeseries/sdmx/csv/" + version.folder + "/reader/"
		writer := "timeseries/sdmx/csv/" + version.folder + "/writer/"
		all = append(all,
			Series{reader + "csv_labels_both.csv", "sdmx-md-test"},
			Series{reader + "csv_labels_name.csv", "sdmx-md-test"},
			Series{reader + version.file + ".csv", "sdmx-bis-der"},
			Series{reader + version.file + "_action_col.csv", "sdmx-bis-der"},
			Series{reader + version.file + "_datetime.csv", "sdmx-bms-exr"},
			Series{reader + version.file + "_exception.csv", "sdmx-bis-der"},
			Series{reader + version.file + "_merge_action.csv", "sdmx-test-md"},
			Series{reader + version.file + "_two_actions.csv", "sdmx-test-md"},
			Series{reader + version.file + "_three_actions.csv", "sdmx-test-md"},
			Series{writer + "csv_keys_obs.csv", "sdmx-md-test"},
			Series{writer + "csv_labels_both.csv", "sdmx-md-test"},
			Series{writer + "csv_labels_name.csv", "sdmx-md-test"},
			Series{writer + "reference_partial_keys.csv", "sdmx-md-test"},
		)
	}
	return all
}
