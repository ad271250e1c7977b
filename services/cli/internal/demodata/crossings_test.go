package demodata_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestEditionsOfTheCrossings: other months have thousands apart, places of ports, names over two
// lines and other words for containers; a measure that nobody knows is rejected.
func TestEditionsOfTheCrossings(t *testing.T) {
	mapping := must.Get(datafile.ParseMapping(must.Get(demodata.Series{Mapping: "bts-border-crossing"}.MappingFile())(t)))(t)
	const content = "Port Name,State,Port Code,Border,Date,Measure,Value,Location\r\n" +
		"\"El Paso,\r\nBOTA\",TX,2402,US-Mexico Border,3/1/21 0:00,Truck Containers Loaded,\"1,048,576\",POINT (-106.45 31.76)\r\n" +
		"Alcan,AK,3104,US-Canada Border,3/1/21 0:00,Trucks,0,POINT (-141 62.6)\r\n" +
		"Alcan,AK,3104,US-Canada Border,3/1/21 0:00,Bicycles,7,POINT (-141 62.6)\r\n" +
		"Alcan,AK,3104,US-Canada Border,3/1/21 0:00,Buses,\"0,7\",POINT (-141 62.6)\r\n"
	reader := must.Get(datafile.Open(strings.NewReader(content), mapping.Metric, mapping))(t)
	var got []string
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if refused, is := errors.AsType[*interchange.RowError](err); is {
			got = append(got, refused.Reason+" "+refused.Field)
			continue
		}
		must.OK(t, err)
		o := row.Observation
		got = append(got, strings.Join([]string{o.GetTimePeriod(), row.Dimensions["MEASURE"], row.Dimensions["COUNTERPART_AREA"], o.GetValue().GetValue(), o.GetAttributes()["PORT_NAME"]}, " "))
	}
	must.Equal(t, got, []string{
		"2021-03 TRUCK_CONTAINERS_FULL MX 1048576 El Paso,\nBOTA", "2021-03 TRUCKS CA 0 Alcan", "UNKNOWN_CODE MEASURE", "MALFORMED_ROW OBS_VALUE",
	})
}
