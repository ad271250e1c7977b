package command_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// samplesML are figures of metrics/sdmx-md-test by series, with what holds for all, for one
// of them and for single ones.
func samplesML(observations string) string {
	const base = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"
	return `<?xml version="1.0" encoding="UTF-8"?>
<StructureSpecificData xmlns="` + base + `message" xmlns:ss="` + base + `data/structurespecific">
<Header><Structure structureID="S" dimensionAtObservation="TIME_PERIOD"/></Header>
<DataSet ss:structureRef="S" ss:action="Information" UNIT_MULT="3" PRODUCER="Harbours" TITLE="Catch">
<Group DIM1="B" ATT1="C"/>
` + observations + "</DataSet>\n</StructureSpecificData>\n"
}

// TestJ12SDMXMLIsOnRecordAsOtherFormatsAre: the same data as SDMX-ML, SDMX-CSV and
// SDMX-JSON are the same figures, and a deletion takes its series.
func TestJ12SDMXMLIsOnRecordAsOtherFormatsAre(t *testing.T) {
	r := start(t, t.TempDir())
	must.Equal(t, r.ask(t, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl")).code, 0)
	imported := func(name, content string) string {
		return r.must(t, "import", "figures", inFile(t, name, content), "--metric", "metrics/sdmx-md-test")
	}
	ml := samplesML(`<Series DIM1="B" DIM2="X" FREQ="Q" DECIMALS="2">
<Obs TIME_PERIOD="2023-Q1" OBS_VALUE="104.70" OBS_STATUS="P" CONF_STATUS="F"/>
<Obs TIME_PERIOD="2023-Q2" OBS_STATUS="M"/></Series>
<Series DIM1="A" DIM2="X" FREQ="W"><Obs TIME_PERIOD="2023-W05" OBS_VALUE="12345678901234567890.123"/></Series>
`)
	must.Contains(t, imported("catch.xml", ml), "figures        3        0          0              0")
	table := `STRUCTURE[;],STRUCTURE_ID,ACTION,DIM1,DIM2,FREQ,TIME_PERIOD,OBS_VALUE,OBS_STATUS[],CONF_STATUS,DECIMALS,UNIT_MULT,ATT1,PRODUCER,TITLE
d,T,I,B,X,Q,2023-Q1,104.70,P,F,2,3,C,Harbours,Catch
d,T,I,B,X,Q,2023-Q2,,M,,2,3,C,Harbours,Catch
d,T,I,A,X,W,2023-W05,12345678901234567890.123,,,,3,,Harbours,Catch
`
	must.Contains(t, imported("catch.csv", table), "figures        0        0          0              3")
	message := `{"data":{"structures":[{"dimensions":{"series":[{"id":"DIM1","keyPosition":0,"values":[{"id":"B"},{"id":"A"}]},{"id":"DIM2","keyPosition":1,"values":[{"id":"X"}]},{"id":"FREQ","keyPosition":2,"values":[{"id":"Q"},{"id":"W"}]}],
"observation":[{"id":"TIME_PERIOD","keyPosition":3,"values":[{"id":"2023-Q1"},{"id":"2023-Q2"},{"id":"2023-W05"}]}]},
"attributes":{"dataSet":[{"id":"UNIT_MULT"},{"id":"PRODUCER"},{"id":"TITLE"}],"series":[{"id":"DECIMALS"},{"id":"ATT1"}],"observation":[{"id":"OBS_STATUS"},{"id":"CONF_STATUS"}]}}],
"dataSets":[{"structure":0,"action":"Information","attributes":["3","Harbours","Catch"],"series":{"0:0:0":{"attributes":["2","C"],"observations":{"0":["104.70","P","F"],"1":[null,"M"]}},"1:0:1":{"observations":{"2":["12345678901234567890.123"]}}}}]}}`
	must.Contains(t, imported("catch.json", message), "figures        0        0          0              3")
	must.Contains(t, r.must(t, "export", "figures", "metrics/sdmx-md-test", "--filter", `dimensions.DIM1 = "B"`), "B,X,Q,2023-Q1,104.70,1,UCUM,3,2,P,F,,C,")
	gone := strings.Replace(samplesML(`<Series DIM1="B" DIM2="X" FREQ="Q"/>`), "Information", "Delete", 1)
	gone = strings.Replace(strings.Replace(gone, `<Group DIM1="B" ATT1="C"/>`, "", 1), ` UNIT_MULT="3"`, "", 1)
	must.Contains(t, imported("gone.xml", gone), "figures        0        0          2              0")
}

// TestErrorsOfAServiceInSDMXML: what a service answers instead of data is no empty file.
func TestErrorsOfAServiceInSDMXML(t *testing.T) {
	r := start(t, t.TempDir())
	must.Equal(t, r.ask(t, "demo-data", timeseries(t), "--rejects", filepath.Join(t.TempDir(), "rejects.jsonl")).code, 0)
	const message = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
	got := r.ask(t, "import", "figures", inFile(t, "answer.xml", fmt.Sprintf(`<Error xmlns=%q><ErrorMessage code="100"><Text>No results found</Text></ErrorMessage></Error>`, message)), "--metric", "metrics/sdmx-md-test")
	must.Equal(t, got.code, 3)
	must.Contains(t, got.out, "1 rows read, 1 rejected")
}
