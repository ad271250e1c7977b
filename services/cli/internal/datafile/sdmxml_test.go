package datafile_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/stablejson"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// mlSchemas begins every namespace of SDMX-ML.
const mlSchemas = "http://www.sdmx.org/resources/sdmxml/schemas/"

// mlData is a message of SDMX-ML 2.1 with prefixes that nobody else has: what counts is
// what they stand for. rest follows its header.
func mlData(root, header, rest string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<m:` + root + ` xmlns:m="` + mlSchemas + `v2_1/message" xmlns:f="` + mlSchemas + `v2_1/message/footer" xmlns:c="` + mlSchemas + `v2_1/common"
 xmlns:g="` + mlSchemas + `v2_1/data/generic" xmlns:s="` + mlSchemas + `v2_1/data/structurespecific" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<m:Header><m:ID>H</m:ID><m:Test>false</m:Test><m:Prepared>2024-02-01T09:00:00Z</m:Prepared><m:Sender id="ORC"/>` + header + `</m:Header>
` + rest + `
</m:` + root + ">\n"
}

// mlHeader names the dimension that observations of a series have.
func mlHeader(dimension string) string {
	return `<m:Structure structureID="FISH" dimensionAtObservation="` + dimension + `"><c:Structure><Ref agencyID="ORC" id="FISH" version="1.0"/></c:Structure></m:Structure>`
}

// mlMetric is the catch of fish by port and species.
var mlMetric = metricOf("PORT SPECIES", "SOURCE_NOTE TITLE METHOD")

// The same six observations in every format and in every arrangement: attributes of the
// data set, of groups, of series and of observations, one value that is missing and one
// that is not a number, several statuses, weeks, quarters and ranges.
var fishFiles = map[string]string{
	"csv": `STRUCTURE[;],STRUCTURE_ID,ACTION,PORT,SPECIES,FREQ,TIME_PERIOD,OBS_VALUE,OBS_STATUS[],CONF_STATUS,UNIT_MULT,DECIMALS,METHOD,TITLE,SOURCE_NOTE,COMMENT_OBS
d,ORC:FISH(1.0),M,BODO,COD,Q,2023-Q1,104.70,P;E,F,3,2,S,Cod of Bodø,log,
d,ORC:FISH(1.0),M,BODO,COD,Q,2023-Q2,NaN,,F,3,2,S,Cod of Bodø,log,of the quarter
d,ORC:FISH(1.0),M,BODO,HAKE,W,2023-W05,,M,C,3,0,,Hake of Bodø,log,of hake
d,ORC:FISH(1.0),M,BODO,HAKE,W,2023-W06,7e2,,F,3,0,,Hake of Bodø,log,of hake
d,ORC:FISH(1.0),M,VARDO,COD,,2023-01-01/P1M,-0.5,A,F,0,,,Cod of Vardø,log,
d,ORC:FISH(1.0),M,VARDO,COD,,2023-02-01T00:00:00/P1M,12345678901234567890.123,A,F,0,,,Cod of Vardø,log,
`,
	"json": `{"data":{"structures":[{"dimensions":{
"series":[{"id":"PORT","keyPosition":0,"values":[{"id":"BODO"},{"id":"VARDO"}]},{"id":"SPECIES","keyPosition":1,"values":[{"id":"COD"},{"id":"HAKE"}]},{"id":"FREQ","keyPosition":2,"values":[{"id":"Q"},{"id":"W"},{"id":""}]}],
"observation":[{"id":"TIME_PERIOD","keyPosition":3,"values":[{"id":"2023-Q1"},{"id":"2023-Q2"},{"id":"2023-W05"},{"id":"2023-W06"},{"id":"2023-01-01/P1M"},{"id":"2023-02-01T00:00:00/P1M"}]}]},
"attributes":{"dataSet":[{"id":"SOURCE_NOTE","values":[{"value":"log"}]}],
"dimensionGroup":[{"id":"TITLE","values":[{"value":"Cod of Bodø"},{"value":"Hake of Bodø"},{"value":"Cod of Vardø"}]},{"id":"UNIT_MULT","values":[{"id":"3"},{"id":"0"}]}],
"series":[{"id":"DECIMALS","values":[{"id":"2"},{"id":"0"}]},{"id":"METHOD","values":[{"id":"S"}]}],
"observation":[{"id":"OBS_STATUS"},{"id":"CONF_STATUS"}]},"annotations":[{"text":"of the quarter"},{"text":"of hake"}]}],
"dataSets":[{"structure":0,"action":"Merge","attributes":[0],"dimensionGroupAttributes":{"0:0::":[0],"0:1::":[1],"1:0::":[2],"0:::":[null,0],"1:::":[null,1]},"series":{
"0:0:0":{"attributes":[0,0],"observations":{"0":[104.70,["P","E"],"F"],"1":[null,null,"F",0]}},
"0:1:1":{"attributes":[1],"annotations":[1],"observations":{"2":[null,["M"],"C"],"3":[7e2,null,"F"]}},
"1:0:2":{"observations":{"4":[-0.5,["A"],"F"],"5":["12345678901234567890.123",["A"],"F"]}}}}]}}`,
	"generic series": mlData("GenericData", mlHeader("TIME_PERIOD"), `<m:DataSet structureRef="FISH" action="Merge" setID="CATCH" validFromDate="2024-02-01T00:00:00Z">
<g:Attributes><g:Value id="SOURCE_NOTE" value="log"/></g:Attributes>
<g:Group type="Port"><g:GroupKey><g:Value id="PORT" value="BODO"/></g:GroupKey><g:Attributes><g:Value id="UNIT_MULT" value="3"/></g:Attributes></g:Group>
<g:Group type="Port"><g:GroupKey><g:Value id="PORT" value="VARDO"/></g:GroupKey><g:Attributes><g:Value id="UNIT_MULT" value="0"/></g:Attributes></g:Group>
<g:Group type="Both"><g:GroupKey><g:Value id="SPECIES" value="COD"/><g:Value id="PORT" value="BODO"/></g:GroupKey><g:Attributes><g:Value id="TITLE" value="Cod of Bodø"/></g:Attributes></g:Group>
<g:Group type="Both"><g:GroupKey><g:Value id="SPECIES" value="HAKE"/><g:Value id="PORT" value="BODO"/></g:GroupKey><g:Attributes><g:Value id="TITLE" value="Hake of Bodø"/></g:Attributes></g:Group>
<g:Group type="Both"><g:GroupKey><g:Value id="SPECIES" value="COD"/><g:Value id="PORT" value="VARDO"/></g:GroupKey><g:Attributes><g:Value id="TITLE" value="Cod of Vardø"/></g:Attributes></g:Group>
<g:Series><g:SeriesKey><g:Value id="PORT" value="BODO"/><g:Value id="SPECIES" value="COD"/><g:Value id="FREQ" value="Q"/></g:SeriesKey><g:Attributes><g:Value id="DECIMALS" value="2"/><g:Value id="METHOD" value="S"/></g:Attributes>
<g:Obs><g:ObsDimension value="2023-Q1"/><g:ObsValue value="104.70"/><g:Attributes><g:Value id="OBS_STATUS" value="P;E"/><g:Value id="CONF_STATUS" value="F"/></g:Attributes></g:Obs>
<g:Obs><c:Annotations><c:Annotation><c:AnnotationText xml:lang="nn">om kvartalet</c:AnnotationText><c:AnnotationText xml:lang="en">of the quarter</c:AnnotationText></c:Annotation></c:Annotations><g:ObsDimension id="TIME_PERIOD" value="2023-Q2"/><g:ObsValue value="NaN"/><g:Attributes><g:Value id="CONF_STATUS" value="F"/></g:Attributes></g:Obs></g:Series>
<g:Series><c:Annotations><c:Annotation><c:AnnotationTitle>of hake</c:AnnotationTitle></c:Annotation></c:Annotations><g:SeriesKey><g:Value id="PORT" value="BODO"/><g:Value id="SPECIES" value="HAKE"/><g:Value id="FREQ" value="W"/></g:SeriesKey><g:Attributes><g:Value id="DECIMALS" value="0"/></g:Attributes>
<g:Obs><g:ObsDimension value="2023-W05"/><g:ObsValue value=""/><g:Attributes><g:Value id="OBS_STATUS" value="M"/><g:Value id="CONF_STATUS" value="C"/></g:Attributes></g:Obs>
<g:Obs><g:ObsDimension value="2023-W06"/><g:ObsValue value="7e2"/><g:Attributes><g:Value id="CONF_STATUS" value="F"/></g:Attributes></g:Obs></g:Series>
<g:Series><g:SeriesKey><g:Value id="PORT" value="VARDO"/><g:Value id="SPECIES" value="COD"/></g:SeriesKey>
<g:Obs><g:ObsDimension value="2023-01-01/P1M"/><g:ObsValue value="-0.5"/><g:Attributes><g:Value id="OBS_STATUS" value="A"/><g:Value id="CONF_STATUS" value="F"/></g:Attributes></g:Obs>
<g:Obs><g:ObsDimension value="2023-02-01T00:00:00/P1M"/><g:ObsValue value="12345678901234567890.123"/><g:Attributes><g:Value id="OBS_STATUS" value="A"/><g:Value id="CONF_STATUS" value="F"/></g:Attributes></g:Obs></g:Series>
</m:DataSet>`),
	"specific series": mlData("StructureSpecificData", mlHeader("TIME_PERIOD"), `<m:DataSet s:structureRef="FISH" s:action="Merge" s:setID="CATCH" s:dataScope="DataStructure" xsi:type="x:DataSetType" SOURCE_NOTE="log">
<Group xsi:type="x:Port" PORT="BODO" UNIT_MULT="3"/><Group xsi:type="x:Port" PORT="VARDO" UNIT_MULT="0"/>
<Group xsi:type="x:Both" PORT="BODO" SPECIES="COD" TITLE="Cod of Bodø"/><Group xsi:type="x:Both" SPECIES="HAKE" PORT="BODO" TITLE="Hake of Bodø"/><Group type="Both" PORT="VARDO" SPECIES="COD" TITLE="Cod of Vardø"/>
<Series PORT="BODO" SPECIES="COD" FREQ="Q" DECIMALS="2" METHOD="S">
<Obs TIME_PERIOD="2023-Q1" OBS_VALUE="104.70" OBS_STATUS="P;E" CONF_STATUS="F"/>
<Obs TIME_PERIOD="2023-Q2" OBS_VALUE="NaN" CONF_STATUS="F"><c:Annotations><c:Annotation><c:AnnotationText>of the quarter</c:AnnotationText></c:Annotation></c:Annotations></Obs></Series>
<Series PORT="BODO" SPECIES="HAKE" FREQ="W" DECIMALS="0"><c:Annotations><c:Annotation><c:AnnotationText xml:lang="fr">of hake</c:AnnotationText></c:Annotation></c:Annotations>
<Obs TIME_PERIOD="2023-W05" OBS_STATUS="M" CONF_STATUS="C"/><Obs TIME_PERIOD="2023-W06" OBS_VALUE="7e2" CONF_STATUS="F"></Obs></Series>
<Series PORT="VARDO" SPECIES="COD"><Obs TIME_PERIOD="2023-01-01/P1M" OBS_VALUE="-0.5" OBS_STATUS="A" CONF_STATUS="F"/><Obs TIME_PERIOD="2023-02-01T00:00:00/P1M" OBS_VALUE="12345678901234567890.123" OBS_STATUS="A" CONF_STATUS="F"/></Series>
</m:DataSet>`),
	"generic flat": mlData("GenericData", mlHeader("AllDimensions"), `<m:DataSet structureRef="FISH" action="Merge"><g:Attributes><g:Value id="SOURCE_NOTE" value="log"/></g:Attributes>`+
		flatObs("BODO", "COD", "Q", "2023-Q1", "104.70", "OBS_STATUS=P;E CONF_STATUS=F UNIT_MULT=3 DECIMALS=2 METHOD=S TITLE=Cod~of~Bodø", "")+
		flatObs("BODO", "COD", "Q", "2023-Q2", "NaN", "CONF_STATUS=F UNIT_MULT=3 DECIMALS=2 METHOD=S TITLE=Cod~of~Bodø", "of the quarter")+
		flatObs("BODO", "HAKE", "W", "2023-W05", "", "OBS_STATUS=M CONF_STATUS=C UNIT_MULT=3 DECIMALS=0 TITLE=Hake~of~Bodø", "of hake")+
		flatObs("BODO", "HAKE", "W", "2023-W06", "7e2", "CONF_STATUS=F UNIT_MULT=3 DECIMALS=0 TITLE=Hake~of~Bodø", "of hake")+
		flatObs("VARDO", "COD", "", "2023-01-01/P1M", "-0.5", "OBS_STATUS=A CONF_STATUS=F UNIT_MULT=0 TITLE=Cod~of~Vardø", "")+
		flatObs("VARDO", "COD", "", "2023-02-01T00:00:00/P1M", "12345678901234567890.123", "OBS_STATUS=A CONF_STATUS=F UNIT_MULT=0 TITLE=Cod~of~Vardø", "")+`</m:DataSet>`),
	// Version 3 has no generic data, says the action in the header, lets what is said of
	// many stand after them, and has several values in elements.
	"version 3 flat": strings.ReplaceAll(mlData("StructureSpecificData", mlHeader("AllDimensions")+"<m:DataSetAction>Merge</m:DataSetAction>", `<m:DataSet s:structureRef="FISH">
<Obs PORT="BODO" SPECIES="COD" FREQ="Q" TIME_PERIOD="2023-Q1" OBS_VALUE="104.70" CONF_STATUS="F" DECIMALS="2" METHOD="S"><Comp id="OBS_STATUS"><Value>P</Value><Value>E</Value></Comp></Obs>
<Obs PORT="BODO" SPECIES="COD" FREQ="Q" TIME_PERIOD="2023-Q2" OBS_VALUE="NaN" CONF_STATUS="F" DECIMALS="2" METHOD="S" COMMENT_OBS="of the quarter"/>
<Obs PORT="BODO" SPECIES="HAKE" FREQ="W" TIME_PERIOD="2023-W05" CONF_STATUS="C" DECIMALS="0"><Comp id="OBS_STATUS"><Value>M</Value></Comp></Obs>
<Obs PORT="BODO" SPECIES="HAKE" FREQ="W" TIME_PERIOD="2023-W06" OBS_VALUE="7e2" CONF_STATUS="F" DECIMALS="0"/>
<Atts SPECIES="HAKE"><Comp id="COMMENT_OBS"><Value><c:Text xml:lang="nn">om lysing</c:Text><c:Text>of hake</c:Text></Value></Comp></Atts>
<Atts PORT="BODO" UNIT_MULT="3"/><Atts PORT="VARDO" UNIT_MULT="0"/>
<Atts PORT="BODO" SPECIES="COD"><Comp id="TITLE"><Value><c:Text xml:lang="en">Cod of Bodø</c:Text></Value></Comp></Atts><Atts PORT="BODO" SPECIES="HAKE" TITLE="Hake of Bodø"/>
<Obs PORT="VARDO" SPECIES="COD" TIME_PERIOD="2023-01-01/P1M" OBS_VALUE="-0.5" OBS_STATUS="A" CONF_STATUS="F"/>
<Obs PORT="VARDO" SPECIES="COD" TIME_PERIOD="2023-02-01T00:00:00/P1M" OBS_VALUE="12345678901234567890.123" OBS_STATUS="A" CONF_STATUS="F"/>
<Group PORT="VARDO" SPECIES="COD" TITLE="Cod of Vardø"/><Atts SOURCE_NOTE="log"/>
</m:DataSet>`), "v2_1", "v3_0"),
	// The period is that of the series, and the species that of the observation.
	"cross section": mlData("StructureSpecificData", mlHeader("SPECIES"), `<m:DataSet s:structureRef="FISH" action="Merge" SOURCE_NOTE="log"><Group PORT="BODO" UNIT_MULT="3"/><Group PORT="VARDO" UNIT_MULT="0"/>
<Series PORT="BODO" FREQ="Q" TIME_PERIOD="2023-Q1"><Obs SPECIES="COD" OBS_VALUE="104.70" OBS_STATUS="P;E" CONF_STATUS="F" DECIMALS="2" METHOD="S" TITLE="Cod of Bodø"/></Series>
<Series PORT="BODO" FREQ="Q" TIME_PERIOD="2023-Q2"><Obs SPECIES="COD" CONF_STATUS="F" DECIMALS="2" METHOD="S" TITLE="Cod of Bodø" COMMENT_OBS="of the quarter"/></Series>
<Series PORT="BODO" FREQ="W" TIME_PERIOD="2023-W05" COMMENT_OBS="of hake"><Obs SPECIES="HAKE" OBS_STATUS="M" CONF_STATUS="C" DECIMALS="0" TITLE="Hake of Bodø"/></Series>
<Series PORT="BODO" FREQ="W" TIME_PERIOD="2023-W06"><Obs SPECIES="HAKE" OBS_VALUE="7e2" CONF_STATUS="F" DECIMALS="0" TITLE="Hake of Bodø" COMMENT_OBS="of hake"/></Series>
<Series PORT="VARDO" TIME_PERIOD="2023-01-01/P1M" TITLE="Cod of Vardø"><Obs SPECIES="COD" OBS_VALUE="-0.5" OBS_STATUS="A" CONF_STATUS="F"/></Series>
<Series PORT="VARDO" TIME_PERIOD="2023-02-01T00:00:00/P1M" TITLE="Cod of Vardø"><Obs SPECIES="COD" OBS_VALUE="12345678901234567890.123" OBS_STATUS="A" CONF_STATUS="F"/></Series></m:DataSet>`),
}

// flatObs is an observation of generic data without series; ~ stands for a space.
func flatObs(port, species, frequency, period, value, attributes, note string) string {
	var out strings.Builder
	out.WriteString("<g:Obs>")
	if note != "" {
		out.WriteString("<c:Annotations><c:Annotation><c:AnnotationText>" + note + "</c:AnnotationText></c:Annotation></c:Annotations>")
	}
	fmt.Fprintf(&out, `<g:ObsKey><g:Value id="PORT" value=%q/><g:Value id="SPECIES" value=%q/>`, port, species)
	if frequency != "" {
		fmt.Fprintf(&out, `<g:Value id="FREQ" value=%q/>`, frequency)
	}
	fmt.Fprintf(&out, `<g:Value id="TIME_PERIOD" value=%q/></g:ObsKey>`, period)
	if value != "" {
		fmt.Fprintf(&out, `<g:ObsValue value=%q/>`, value)
	}
	out.WriteString("<g:Attributes>")
	for one := range strings.FieldsSeq(attributes) {
		id, said, _ := strings.Cut(one, "=")
		fmt.Fprintf(&out, `<g:Value id=%q value=%q/>`, id, strings.ReplaceAll(said, "~", " "))
	}
	return out.String() + "</g:Attributes></g:Obs>\n"
}

// said is what a row is, in words that are the same for the same.
func said(t *testing.T, row datafile.Row) string {
	t.Helper()
	return fmt.Sprintf("%v %s %d %v %s", row.Dimensions, row.Frequency, row.Kind, row.Source, must.Get(stablejson.Marshal(row.Observation))(t))
}

// TestSDMXSaysTheSameInEveryFormat: whatever the format, and wherever in it an attribute
// stands, the figures are the same.
func TestSDMXSaysTheSameInEveryFormat(t *testing.T) {
	var want []string
	rows, refused := readAll(t, fishFiles["csv"], mlMetric, "")
	must.Equal(t, len(refused), 0)
	for _, row := range rows {
		want = append(want, said(t, row))
	}
	must.Equal(t, len(want), 6)
	must.Contains(t, want[0], "104.70")
	for name, content := range fishFiles {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, content, mlMetric, "")
			must.Equal(t, reasonsOf(refused), "")
			var got []string
			for _, row := range rows {
				got = append(got, said(t, row))
			}
			must.Equal(t, strings.Join(got, "\n"), strings.Join(want, "\n"))
		})
	}
}

// TestPlacesInSDMXML: a row names the line where its element begins and the byte after
// its end, with a byte order mark too, and what it says.
func TestPlacesInSDMXML(t *testing.T) {
	content := "\ufeff" + fishFiles["specific series"]
	rows, _ := readAll(t, content, mlMetric, "")
	lines := make([]int, len(rows))
	for i, row := range rows {
		lines[i] = row.Line
		must.True(t, strings.HasSuffix(content[:row.End], "/>") || strings.HasSuffix(content[:row.End], "</Obs>"), "row %d ends after %q", i, content[:row.End])
	}
	must.Equal(t, lines, []int{9, 10, 12, 12, 13, 13})
	must.Equal(t, string(rows[3].Text()), "PORT=BODO,SPECIES=HAKE,FREQ=W,DECIMALS=0,TIME_PERIOD=2023-W06,OBS_VALUE=7e2,CONF_STATUS=F")
}

// specific is a message of structure-specific data.
func specific(sets string) string {
	return mlData("StructureSpecificData", mlHeader("TIME_PERIOD"), strings.ReplaceAll(sets, "<m:DataSet", `<m:DataSet s:structureRef="FISH"`))
}

// TestActionsOfSDMXML: each data set has its own, or that of the header; what a deletion
// leaves out may be anything.
func TestActionsOfSDMXML(t *testing.T) {
	metric := metricOf("PORT SPECIES", "TITLE")
	metric.Dimensions[0].Required = true
	read := func(content string) (kinds []string, refused []*interchange.RowError) {
		rows, refused := readAll(t, content, metric, "")
		for _, row := range rows {
			kinds = append(kinds, fmt.Sprintf("%s %d %v %s", row.Observation.GetAction(), row.Kind, row.Dimensions, row.Observation.GetTimePeriod()))
		}
		return kinds, refused
	}
	const obs = `<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`
	kinds, refused := read(specific(`<m:DataSet s:action="Append">` + obs + `<m:DataSet s:action="Replace">` + obs + `<m:DataSet s:action="Information">` + obs + `<m:DataSet s:action="Merge">` + obs + `<m:DataSet>` + obs + `<m:DataSet s:action="Delete">` + obs))
	must.Equal(t, len(refused), 0)
	for i, action := range []string{"APPEND", "REPLACE", "REPLACE", "MERGE", "REPLACE", "DELETE"} {
		must.Equal(t, kinds[i], action+" 0 map[PORT:BODO SPECIES:COD] 2020")
	}
	kinds, refused = read(specific(`<m:DataSet s:action="Delete">
<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020"/></Series>
<Series PORT="BODO" SPECIES="COD"/>
<Series PORT="BODO"/>
<Series SPECIES="COD"><Obs TIME_PERIOD="2020"/></Series>
<Series PORT="BODO" SPECIES="COD" TITLE="x"/>
<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2021" TITLE="x"/></Series>
<Group PORT="BODO" TITLE="x"/>
</m:DataSet>`))
	must.Equal(t, kinds, []string{
		"DELETE 0 map[PORT:BODO SPECIES:COD] 2020", "DELETE 2 map[PORT:BODO SPECIES:COD] ", "DELETE 2 map[PORT:BODO] ", "DELETE 2 map[SPECIES:COD] 2020",
	})
	must.Equal(t, reasonsOf(refused), "10 UNSUPPORTED_ACTION, 11 UNSUPPORTED_ACTION, 12 UNSUPPORTED_ACTION")
	kinds, _ = read(strings.Replace(specific(`<m:DataSet s:action="Delete"><Obs PORT="BODO" TIME_PERIOD="2020"/><Obs PORT="BODO"/></m:DataSet>`), `"TIME_PERIOD"><c:`, `"AllDimensions"><c:`, 1))
	must.Equal(t, kinds, []string{"DELETE 0 map[PORT:BODO] 2020", "DELETE 2 map[PORT:BODO] "})
	for _, set := range []string{`<m:DataSet s:action="Undo">`, `<m:DataSet s:action="Delete" action="Append">`, `<m:DataSet f:action="Delete">`} {
		kinds, refused = read(specific(set + obs))
		must.Equal(t, len(kinds), 0)
		must.Equal(t, len(refused), 1)
		must.Equal(t, strings.ToUpper(refused[0].Field), "ACTION")
	}
}

// TestSDMXMLThatSaysNothingOfAnything: what holds for a series, a group or a data set
// without observations is said to be lost, but a key alone loses nothing.
func TestSDMXMLThatSaysNothingOfAnything(t *testing.T) {
	_, refused := readAll(t, specific(`<m:DataSet TITLE="x"/>
<m:DataSet><Group PORT="BODO" TITLE="x"/><Group PORT="VARDO"/>
<Series PORT="BODO" SPECIES="COD" FREQ="A"/>
<Series PORT="VARDO" SPECIES="COD" TITLE="x"/></m:DataSet>`), mlMetric, "")
	must.Equal(t, reasonsOf(refused), "5 NO_OBSERVATIONS, 8 NO_OBSERVATIONS, 8 NO_OBSERVATIONS")
	must.Contains(t, refused[2].Message, "the group in line 6")
	_, refused = readAll(t, specific(`<m:DataSet><Group PORT="BODO" UNIT_MEASURE="KG"/>
<Series PORT="BODO" SPECIES="COD" UNIT_MEASURE="T"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`), mlMetric, "")
	must.Equal(t, reasonsOf(refused), "6 NO_OBSERVATIONS") // that its unit is of its key is a guess
}

// TestWhatIsWrongInSDMXML: what a row says is refused by line and component, and the rows
// around it are read.
func TestWhatIsWrongInSDMXML(t *testing.T) {
	const before, after = `<m:DataSet><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/>`, `<Obs TIME_PERIOD="2022" OBS_VALUE="1"/></Series></m:DataSet>`
	for name, test := range map[string]struct{ obs, reason, field string }{
		"twice":            {`<Obs TIME_PERIOD="2021" OBS_VALUE="1"><Comp id="OBS_VALUE"><Value>2</Value></Comp></Obs>`, "MALFORMED_ROW", "OBS_VALUE"},
		"another key":      {`<Obs TIME_PERIOD="2021" OBS_VALUE="1" PORT="VARDO"/>`, "MALFORMED_ROW", "PORT"},
		"text":             {`<Obs TIME_PERIOD="2021">1</Obs>`, "MALFORMED_ROW", ""},
		"text between":     {`9`, "MALFORMED_ROW", ""},
		"an element":       {`<Obs TIME_PERIOD="2021" OBS_VALUE="1"><Flag>p</Flag></Obs>`, "MALFORMED_ROW", "Flag"},
		"of generic data":  {`<g:Obs><g:ObsDimension value="2021"/></g:Obs>`, "MALFORMED_ROW", "Obs"},
		"no period":        {`<Obs OBS_VALUE="1"/>`, "MISSING_PERIOD", "TIME_PERIOD"},
		"no period, text":  {`<Obs TITLE="x"/>`, "MISSING_PERIOD", "TIME_PERIOD"},
		"a late Comp":      {`<Comp id="TITLE"><Value>x</Value></Comp>`, "MALFORMED_ROW", "Comp"},
		"a Comp of values": {`<Obs TIME_PERIOD="2021" OBS_VALUE="1"><Comp id="OBS_STATUS"><value>M</value></Comp></Obs>`, "MALFORMED_ROW", "OBS_STATUS"},
		"a Comp of others": {`<Obs TIME_PERIOD="2021" OBS_VALUE="1"><Comp id="OBS_STATUS"><c:Value>M</c:Value></Comp></Obs>`, "MALFORMED_ROW", "OBS_STATUS"},
		"a namespace":      {`<Obs TIME_PERIOD="2021" OBS_VALUE="1" s:UNIT_MULT="6"/>`, "MALFORMED_ROW", "UNIT_MULT"},
		"a restriction":    {`<Obs TIME_PERIOD="2021" OBS_VALUE="1" s:CONF_STATUS="C"/>`, "MALFORMED_ROW", "CONF_STATUS"},
		"an action":        {`<Obs TIME_PERIOD="2021" OBS_VALUE="1" s:action="Delete"/>`, "MALFORMED_ROW", "action"},
		"a Comp of none":   {`<Obs TIME_PERIOD="2021"><Comp><Value>x</Value></Comp></Obs>`, "MALFORMED_ROW", ""},
		"a decimal place":  {`<Obs TIME_PERIOD="2021" OBS_VALUE="1" DECIMALS="one"/>`, "MALFORMED_ROW", "DECIMALS"},
		"a frequency":      {`<Obs TIME_PERIOD="2021" OBS_VALUE="1" FREQ="B"/>`, "UNKNOWN_CODE", "FREQ"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, specific(before+"\n"+test.obs+"\n"+after), mlMetric, "")
			must.Equal(t, len(rows), 2)
			must.Equal(t, reasonsOf(refused), "6 "+test.reason)
			must.Equal(t, refused[0].Field, test.field)
		})
	}
}

// TestWhatIsSaidOfManyInSDMXML: a number is of one observation, and two groups of the
// same must not contradict each other.
func TestWhatIsSaidOfManyInSDMXML(t *testing.T) {
	rows, refused := readAll(t, specific(`<m:DataSet><Series PORT="BODO" SPECIES="COD" OBS_VALUE="4"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`), mlMetric, "")
	must.Equal(t, len(rows), 0)
	must.Equal(t, reasonsOf(refused)+refused[0].Field, "5 MALFORMED_ROWOBS_VALUE")
	for groups, want := range map[string]string{
		`<Group PORT="BODO" TITLE="x"/><Group PORT="BODO" METHOD="S"/><Group PORT="BODO" TITLE="x"/>`: "",
		`<Group PORT="BODO" TITLE="x"/><Group PORT="BODO" TITLE="y"/>`:                                "5 MALFORMED_ROW",
		`<Group TITLE="x"/>`:                        "5 UNSUPPORTED_FORMAT",
		`<Group PORT="BODO" TITLE="x">text</Group>`: "5 MALFORMED_ROW",
		`<Group PORT="BODO" COLOUR="x"/>`:           "5 UNKNOWN_COLUMN",
		`<Atts TITLE="x"/>`:                         "",
		`<Atts TITLE="x"/><Atts PORT="BODO"/>`:      "",
		`<Atts TITLE="x"/><Atts TITLE="y"/>`:        "5 MALFORMED_ROW",
		// Which of two groups that are of some of the same comes first says nothing.
		`<Group PORT="BODO" TITLE="x"/><Group SPECIES="COD" TITLE="y"/>`:                                             "5 MALFORMED_ROW",
		`<Group PORT="BODO" TITLE="x"/><Group SPECIES="COD" TITLE="x"/>`:                                             "",
		`<Group PORT="BODO" TITLE="x"/><Group SPECIES="COD" TITLE="y"/><Group PORT="BODO" SPECIES="COD" TITLE="z"/>`: "",
		`<DataProvider agencyID="A" id="B"/>`:                                                                        "",
		`<c:Annotations><c:Annotation/></c:Annotations>`:                                                             "",
	} {
		rows, refused := readAll(t, specific(`<m:DataSet>`+groups+`<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`), mlMetric, "")
		must.Equal(t, reasonsOf(refused), want)
		must.Equal(t, len(rows) == 1, want == "")
	}
}

// TestNotesAreKept: of whatever they stand at, an observation has all that hold for it, each
// once; a note of nothing is said to be lost.
func TestNotesAreKept(t *testing.T) {
	note := func(text string) string {
		return `<c:Annotations><c:Annotation><c:AnnotationText>` + text + `</c:AnnotationText></c:Annotation></c:Annotations>`
	}
	row := one(t, specific(`<m:DataSet>`+note("set")+`<Group PORT="BODO">`+note("port")+`</Group><Group PORT="BODO" TITLE="x">`+note("port too")+`</Group><Series PORT="BODO" SPECIES="COD">`+note("series")+
		`<Obs TIME_PERIOD="2020" OBS_VALUE="1" COMMENT_OBS="own">`+note("observation")+note("series")+`</Obs></Series></m:DataSet>`), mlMetric, "")
	must.Equal(t, row.Observation.GetComment(), "own; set; port; port too; series; observation")
	for _, lost := range []string{`<m:DataSet>` + note("set") + `</m:DataSet>`, `<m:DataSet><Series PORT="BODO">` + note("series") + `</Series></m:DataSet>`, `<m:DataSet><Group PORT="BODO">` + note("port") + `</Group></m:DataSet>`} {
		rows, refused := readAll(t, specific(lost), mlMetric, "")
		must.Equal(t, len(rows), 0)
		must.Equal(t, reasonsOf(refused), "5 NO_OBSERVATIONS")
	}
}

// TestAGroupSaysWhatAllObservationsSay: an attribute is none of its key, although all
// observations have one of their own, which comes before that of the group.
func TestAGroupSaysWhatAllObservationsSay(t *testing.T) {
	row := one(t, specific(`<m:DataSet><Group PORT="BODO" TITLE="y" METHOD="S"/><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1" TITLE="x"/></Series></m:DataSet>`), mlMetric, "")
	must.Equal(t, row.Observation.GetAttributes(), map[string]string{"TITLE": "x", "METHOD": "S"})
}

// TestTwoStructuresInAFile: their observations may stand otherwise, and be of another metric.
func TestTwoStructuresInAFile(t *testing.T) {
	const obs = `<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`
	rows, refused := readAll(t, mlData("StructureSpecificData", mlHeader("TIME_PERIOD")+strings.Replace(mlHeader("SPECIES"), "FISH", "CATCH", 1),
		`<m:DataSet s:structureRef="FISH">`+obs+`<m:DataSet structureRef="FISH">`+obs+"\n"+`<m:DataSet s:structureRef="CATCH">`+obs), mlMetric, "")
	must.Equal(t, len(rows), 2)
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "6 UNSUPPORTED_FORMAT structureRef")
}

// TestADimensionThatTheMetricHasNot: a group is of a dimension too that the mapping leaves
// out or that is the unit.
func TestADimensionThatTheMetricHasNot(t *testing.T) {
	rows, refused := readAll(t, specific(`<m:DataSet><Group PORT="BODO" ADJ="N" TITLE="raw"/><Group PORT="BODO" UNIT_MEASURE="kg" METHOD="weighed"/>
<Series PORT="BODO" SPECIES="COD" ADJ="N" UNIT_MEASURE="t"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series><Series PORT="BODO" SPECIES="HAKE" ADJ="Y" UNIT_MEASURE="kg"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`), mlMetric, "format: sdmx-ml\nignore: [ADJ]")
	must.Equal(t, len(refused), 0)
	must.Equal(t, rows[0].Observation.GetAttributes(), map[string]string{"TITLE": "raw"})
	must.Equal(t, rows[1].Observation.GetAttributes(), map[string]string{"METHOD": "weighed"})
	must.Equal(t, rows[0].Observation.GetUnit().GetCode(), "t")
}

// TestSDMXMLByAMapping: components are renamed and translated as those of other formats;
// two of them are not one.
func TestSDMXMLByAMapping(t *testing.T) {
	content := specific(`<m:DataSet><Series HAVN="1" SPECIES="COD" FREQ="B"><Obs TIME_PERIOD="31.12.2020" OBS_VALUE="1.234,5" STATE="prelim"/></Series></m:DataSet>`)
	row := one(t, content, mlMetric, `
columns: {HAVN: PORT, STATE: OBS_STATUS}
codes: {PORT: {"1": BODO}, FREQ: {B: D}, OBS_STATUS: {prelim: P}}
times: {TIME_PERIOD: {read: "02.01.2006", write: "2006-01-02"}}
decimalComma: true
thousands: "."`)
	must.Equal(t, said(t, row), `map[PORT:BODO SPECIES:COD] D 0 {    } {"timePeriod":"2020-12-31","value":{"value":"1234.5"},"obsStatus":["P"],"action":"REPLACE"}`)
	_, refused := readAll(t, content, mlMetric, "columns: {HAVN: PORT, SPECIES: PORT, STATE: OBS_STATUS}")
	must.Equal(t, reasonsOf(refused), "5 DUPLICATE_COLUMN")
	for _, mapping := range []string{"format: sdmx-json", "format: sdmx-csv", "format: csv", "empty: skip"} {
		_, refused = readAll(t, content, mlMetric, mapping)
		must.Equal(t, reasonsOf(refused), "1 UNSUPPORTED_FORMAT")
	}
}

// TestSDMXMLThatIsNotTaken: what is no data of SDMX-ML is refused as a whole, and says
// what it is and what to ask for.
func TestSDMXMLThatIsNotTaken(t *testing.T) {
	const data = `<m:DataSet s:structureRef="FISH"><Obs PORT="BODO" SPECIES="COD" TIME_PERIOD="2020" OBS_VALUE="1"/></m:DataSet>`
	whole := mlData("StructureSpecificData", mlHeader("AllDimensions"), data)
	footer := func(severity, text string) string {
		return `<f:Footer><f:Message code="510" severity="` + severity + `"><c:Text xml:lang="sv">sv</c:Text><c:Text xml:lang="en">` + text + `</c:Text></f:Message></f:Footer>`
	}
	for name, test := range map[string]struct{ content, reason, says string }{
		"structures":       {mlData("Structure", "", "<m:Structures/>"), "UNSUPPORTED_FORMAT", "codelists and data structures"},
		"registry":         {mlData("RegistryInterface", "", ""), "UNSUPPORTED_FORMAT", "registry"},
		"metadata":         {mlData("GenericMetadata", "", ""), "UNSUPPORTED_FORMAT", "reference metadata"},
		"a query":          {mlData("GenericDataQuery", "", ""), "UNSUPPORTED_FORMAT", "a query"},
		"version 2.0":      {`<CompactData xmlns="http://www.SDMX.org/resources/SDMXML/schemas/v2_0/message"/>`, "UNSUPPORTED_FORMAT", "SDMX-ML 2.0"},
		"a prefix":         {`<message:GenericData xmlns:message="urn:other"/>`, "UNSUPPORTED_FORMAT", `"urn:other"`},
		"no namespace":     {`<GenericData/>`, "UNSUPPORTED_FORMAT", "no message of SDMX-ML"},
		"a part":           {`<g:DataSet xmlns:g="` + mlSchemas + `v2_1/data/generic"/>`, "UNSUPPORTED_FORMAT", "a part of SDMX-ML"},
		"a web page":       {"<!DOCTYPE html>\n<html><br></html>", "UNSUPPORTED_FORMAT", "a web page"},
		"an old web page":  {"<HTML><br></HTML>", "UNSUPPORTED_FORMAT", "a web page"},
		"entities":         {strings.Replace(whole, "\n", "\n"+`<!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;">]>`+"\n", 1), "UNSUPPORTED_FORMAT", "document type"},
		"Latin-1":          {strings.Replace(whole, "UTF-8", "ISO-8859-1", 1), "UNSUPPORTED_FORMAT", "iconv -f ISO-8859-1 -t UTF-8"},
		"no UTF-8":         {strings.Replace(whole, "BODO", "BOD\xd8", 1), "MALFORMED_ROW", "invalid UTF-8"},
		"an error":         {mlData("Error", "", `<m:ErrorMessage code="100"><c:Text>No results</c:Text></m:ErrorMessage>`), "SERVICE_ERROR", "No results (Error 100)"},
		"an error at last": {mlData("StructureSpecificData", mlHeader("AllDimensions"), data+footer("Error", "Too much")), "SERVICE_ERROR", "Too much (Error 510)"},
		"of no severity":   {strings.ReplaceAll(mlData("StructureSpecificData", mlHeader("AllDimensions"), data+footer("", "Too much")), ` severity=""`, ""), "SERVICE_ERROR", "Too much"},
		"only a message":   {mlData("StructureSpecificData", "", footer("Information", "Come back later")), "SERVICE_ERROR", "Come back later (Information 510)"},
		"explicit":         {strings.Replace(whole, "AllDimensions", `SPECIES" explicitMeasures="true`, 1), "UNSUPPORTED_FORMAT", "dimensionAtObservation"},
		"a test":           {strings.Replace(whole, "<m:Test>false", "<m:Test>true", 1), "UNSUPPORTED_FORMAT", "it is a test"},
		"a late header":    {mlData("StructureSpecificData", mlHeader("AllDimensions"), data+`<m:Header><m:DataSetAction>Delete</m:DataSetAction></m:Header>`), "UNSUPPORTED_FORMAT", "after its data"},
		"of no structure":  {strings.Replace(whole, `structureRef="FISH"`, `structureRef="CATCH"`, 1), "UNSUPPORTED_FORMAT", `"CATCH", which the header does not have`},
		"of any structure": {strings.Replace(mlData("StructureSpecificData", mlHeader("AllDimensions")+strings.Replace(mlHeader("SPECIES"), "FISH", "CATCH", 1), data), ` s:structureRef="FISH"`, "", 1), "UNSUPPORTED_FORMAT", "which of the header's structures"},
		"a component":      {strings.Replace(whole, "SPECIES", "SORT", 1), "UNKNOWN_COLUMN", `"SORT"`},
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, mlMetric, "")
			must.Equal(t, len(rows), 0)
			must.Equal(t, len(refused), 1)
			must.Equal(t, refused[0].Reason, test.reason)
			must.Contains(t, refused[0].Message, test.says)
		})
	}
	// A test can be asked for.
	rows, _ := readAll(t, strings.Replace(whole, "<m:Test>false", "<m:Test>true", 1), mlMetric, "test: true")
	must.Equal(t, len(rows), 1)
	// ASCII is UTF-8; a message for people and one of what may be missing leave the data.
	_, refused := readAll(t, strings.Replace(whole, "UTF-8", "us-ascii", 1), mlMetric, "")
	must.Equal(t, len(refused), 0)
	for severity, want := range map[string]string{"Information": "", "Warning": "6 SERVICE_ERROR"} {
		rows, refused := readAll(t, mlData("StructureSpecificData", mlHeader("AllDimensions"), data+"\n"+footer(severity, "Some is left out")), mlMetric, "")
		must.Equal(t, len(rows), 1)
		must.Equal(t, reasonsOf(refused), want)
	}
	reader := must.Get(datafile.Open(io.MultiReader(strings.NewReader(whole)), mlMetric, nil))(t)
	_, err := reader.Read()
	must.Contains(t, fmt.Sprint(err), "it must be a file")
}

// TestSDMXMLThatIsBroken: what comes before is read, and the place is said.
func TestSDMXMLThatIsBroken(t *testing.T) {
	whole := fishFiles["specific series"]
	for _, test := range []struct {
		name, content, want string
		rows                int
	}{
		{"cut off in a row", whole[:strings.Index(whole, "7e2")], "12 CUT_OFF", 3},
		{"cut off between", whole[:strings.Index(whole, "<Series PORT=\"VARDO\"")], "13 CUT_OFF", 4},
		{"cut off at the end", whole[:strings.Index(whole, "</m:StructureSpecificData")], "15 CUT_OFF", 6},
		{"cut off in the header", whole[:strings.Index(whole, "<m:Sender")], "4 CUT_OFF", 0},
		{"cut off at the start", whole[:9], "1 CUT_OFF", 0},
		{"an end", strings.Replace(whole, "</Obs></Series>", "</Series></Obs>", 1), "10 MALFORMED_ROW", 1},
		{"an entity", strings.Replace(whole, `"7e2"`, `"&seven;"`, 1), "12 MALFORMED_ROW", 3},
		{"an attribute twice", strings.Replace(whole, `OBS_VALUE="7e2"`, `OBS_VALUE="7e2" OBS_VALUE="7e3"`, 1), "12 MALFORMED_ROW", 3},
		{"more after the end", whole + "<x/>", "16 MALFORMED_ROW", 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, mlMetric, "")
			must.Equal(t, reasonsOf(refused), test.want)
			must.Equal(t, len(rows), test.rows)
		})
	}
}

// TestSDMXMLOfAnyLength: an element without an end takes no more memory than a row may.
func TestSDMXMLOfAnyLength(t *testing.T) {
	content := specific(`<m:DataSet><Obs PORT="BODO" SPECIES="COD" TIME_PERIOD="2020" OBS_VALUE="` + strings.Repeat("1", 17<<20) + `"/></m:DataSet>`)
	_, err := datafile.Open(inFile(t, content), mlMetric, nil)
	must.Contains(t, fmt.Sprint(err), "more than 16 MiB")
	many := specific(`<m:DataSet><Obs PORT="BODO" SPECIES="COD" TIME_PERIOD="2020" OBS_VALUE="1" ` + strings.Repeat(`a="" `, 2000) + `/></m:DataSet>`)
	_, refused := readAll(t, many, mlMetric, "")
	must.Equal(t, reasonsOf(refused), "5 MALFORMED_ROW")
	must.Contains(t, refused[0].Message, "2004 attributes")
	deep := specific(`<m:DataSet><Obs PORT="BODO" SPECIES="COD" TIME_PERIOD="2020" OBS_VALUE="1">` + strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000) + `</Obs></m:DataSet>`)
	_, refused = readAll(t, deep, mlMetric, "")
	must.Equal(t, reasonsOf(refused), "5 MALFORMED_ROW")
	must.Contains(t, refused[0].Message, "elements stand within each other")
}

// rewritten is a file that has other content when it is read again.
type rewritten struct {
	*strings.Reader
	second string
	seeks  int
}

func (r *rewritten) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		if r.seeks++; r.seeks == 2 { // once it was seen what it is, and once it was read
			r.Reader = strings.NewReader(r.second)
		}
	}
	return r.Reader.Seek(offset, whence)
}

// TestSDMXMLThatChangesWhileItIsRead: what was read first is not put together with what
// stands there now.
func TestSDMXMLThatChangesWhileItIsRead(t *testing.T) {
	const obs = `<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`
	for name, second := range map[string]string{
		"the action":         `<m:DataSet s:action="Delete">` + obs,
		"a component":        `<m:DataSet>` + strings.Replace(obs, "OBS_VALUE", `UNIT_MULT="6" OBS_VALUE`, 1),
		"another set":        `<m:DataSet>` + obs + `<m:DataSet>` + obs,
		"another of a set":   `<m:DataSet>` + strings.Replace(obs, "</Series>", `<Obs TIME_PERIOD="2021" OBS_VALUE="1"/></Series>`, 1),
		"nothing but a head": "",
	} {
		t.Run(name, func(t *testing.T) {
			reader := must.Get(datafile.Open(&rewritten{Reader: strings.NewReader(specific(`<m:DataSet>` + obs)), second: specific(second)}, mlMetric, nil))(t)
			var err error
			for range 3 {
				if _, err = reader.Read(); err != nil {
					break
				}
			}
			must.Contains(t, fmt.Sprint(err), "changed while it was read")
			_, again := reader.Read()
			must.True(t, again != nil && again.Error() == err.Error(), "it is read on: %v", again)
		})
	}
}

// TestSDMXMLWithSources: a file that names its sources needs no other.
func TestSDMXMLWithSources(t *testing.T) {
	for producer, want := range map[string]bool{`PRODUCER="Harbours"`: true, "": false} {
		reader := must.Get(datafile.Open(inFile(t, specific(`<m:DataSet `+producer+`><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`)), mlMetric, nil))(t)
		must.Equal(t, reader.Sourced(), want)
		row := must.Get(reader.Read())(t)
		must.Equal(t, row.Source.Producer != "", want)
	}
}

// TestGroupsOfSDMXMLOfAnyLength: they are kept in memory up to a limit.
func TestGroupsOfSDMXMLOfAnyLength(t *testing.T) {
	groups := strings.Repeat(`<Group PORT="BODO" TITLE="x"/>`, 250_000)
	_, refused := readAll(t, specific(`<m:DataSet>`+groups+`<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></m:DataSet>`), mlMetric, "")
	must.Equal(t, reasonsOf(refused), "5 UNSUPPORTED_FORMAT")
	must.Contains(t, refused[0].Message, "64 MiB")
}

// TestWhatIsMissingOfAFileThatIsCutOff: rows that stand have not what groups further down would say.
func TestWhatIsMissingOfAFileThatIsCutOff(t *testing.T) {
	whole := specific(`<m:DataSet><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series><Group PORT="BODO" TITLE="x"/></m:DataSet>`)
	rows, refused := readAll(t, whole[:strings.Index(whole, "<Group")], mlMetric, "")
	must.Equal(t, len(rows), 1)
	must.Equal(t, reasonsOf(refused), "5 CUT_OFF")
	must.Contains(t, refused[0].Message, "groups and messages further down")
}
