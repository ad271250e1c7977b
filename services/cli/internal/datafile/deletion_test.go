package datafile_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestADeletionOfAttributesDeletesNoFigure: whatever the format, and whatever component it
// is. A row with a number asks for all of the observation.
func TestADeletionOfAttributesDeletesNoFigure(t *testing.T) {
	for name, content := range map[string]string{
		"of a series":      specific(`<m:DataSet s:action="Delete"><Series PORT="BODO" SPECIES="COD" UNIT_MULT="6"/></m:DataSet>`),
		"of a data set":    specific(`<m:DataSet s:action="Delete" OBS_STATUS="P"><Series PORT="BODO" SPECIES="COD"/></m:DataSet>`),
		"of observations":  specific(`<m:DataSet s:action="Delete"><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" OBS_STATUS="P"/></Series></m:DataSet>`),
		"of a comment":     specific(`<m:DataSet s:action="Delete"><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" COMMENT_OBS="x"/></Series></m:DataSet>`),
		"in CSV":           "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nd,T(1.0),D,BODO,COD,2020,,P\n",
		"of a CSV series":  "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nd,T(1.0),D,BODO,COD,,,6\n",
		"without a number": "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,TIME_PERIOD,OBS_VALUE,DECIMALS\nd,T(1.0),D,BODO,COD,2020,NaN,2\n",
		"in JSON": `{"data":{"structures":[{"dimensions":{"series":[{"id":"PORT","values":[{"id":"BODO"}]},{"id":"SPECIES","values":[{"id":"COD"}]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"2020"}]}]},
"attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"P"}]}]}}],"dataSets":[{"structure":0,"action":"Delete","series":{"0:0":{"observations":{"0":[null,0]}}}}]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			rows, refused := readAll(t, content, mlMetric, "")
			must.Equal(t, len(rows), 0)
			must.Equal(t, len(refused), 1)
			must.Equal(t, refused[0].Reason, "UNSUPPORTED_ACTION")
			must.Contains(t, refused[0].Message, "action R")
		})
	}
	row := one(t, "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nd,T(1.0),D,BODO,COD,2020,5,P\n", mlMetric, "")
	must.Equal(t, row.Kind, datafile.Observation)
}

// TestWhatAMappingAddsIsNotDeleted: a row that deletes has a key, whatever the mapping says
// of all rows, and an empty value does not leave it out.
func TestWhatAMappingAddsIsNotDeleted(t *testing.T) {
	const content = "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,TIME_PERIOD,OBS_VALUE\nd,T(1.0),D,BODO,COD,2020,\n"
	for _, mapping := range []string{"set: {UNIT_MULT: '3', METHOD: S}", "empty: NOT_COLLECTED", "empty: skip", "missing: [{value: '', reason: SUPPRESSED, obsStatus: Q, comment: none}]"} {
		row := one(t, content, mlMetric, "format: sdmx-csv\n"+mapping)
		must.Equal(t, said(t, row), `map[PORT:BODO SPECIES:COD] FREQUENCY_UNSPECIFIED 0 {    } {"timePeriod":"2020","action":"DELETE"}`)
	}
}

// TestADeletionInSDMXMLSaysItsKey: what it leaves out may be anything, so that a key which
// is not sure would delete more than was meant.
func TestADeletionInSDMXMLSaysItsKey(t *testing.T) {
	for _, test := range []struct{ dimension, of, field string }{
		{"TIME_PERIOD", `<Series PORT="BODO" SPECIES="COD"><Obs OBS_VALUE="5"/></Series>`, "TIME_PERIOD"},
		{"TIME_PERIOD", `<Series PORT="BODO" SPECIES="COD"><Obs/></Series>`, "TIME_PERIOD"},
		{"SPECIES", `<Series PORT="BODO" TIME_PERIOD="2020"><Obs/></Series>`, "SPECIES"},
		{"TIME_PERIOD", `<Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="" OBS_VALUE="5"/></Series>`, "TIME_PERIOD"},
		{"TIME_PERIOD", `<Series PORT="" SPECIES="COD"><Obs TIME_PERIOD="2020"/></Series>`, "PORT"},
		{"TIME_PERIOD", `<Series PORT="" SPECIES="COD"/>`, "PORT"},
		{"TIME_PERIOD", `<Series/>`, ""},
		{"TIME_PERIOD", `<Obs/>`, ""},
		{"AllDimensions", `<Obs/>`, ""},
		{"AllDimensions", `<Obs FREQ="A"/>`, ""},
		{"AllDimensions", `<Obs PORT="BODO" OBS_VALUE="5"/>`, "ACTION"},
	} {
		rows, refused := readAll(t, strings.Replace(specific(`<m:DataSet s:action="Delete">`+test.of+`</m:DataSet>`), `"TIME_PERIOD"><c:`, `"`+test.dimension+`"><c:`, 1), mlMetric, "")
		must.Equal(t, len(rows), 0)
		must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "5 UNSUPPORTED_ACTION "+test.field)
	}
}

// TestADeletionIsNoWiderThanItSays: what the mapping leaves out of account may be a part of its
// key. So may half of what the mapping puts together, and what codes make one.
func TestADeletionIsNoWiderThanItSays(t *testing.T) {
	const csv = "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,GEAR,TIME_PERIOD,OBS_VALUE\n"
	json := func(attributes, says string) string {
		return `{"data":{"structures":[{"dimensions":{"series":[{"id":"PORT","values":[{"id":"BODO"}]},{"id":"SPECIES","values":[{"id":"COD"}]}` + attributes + `,"dataSets":[{"structure":0,"action":"Delete",` + says + `}]}}`
	}
	const dims, period = `,{"id":"GEAR","values":[{"id":"NET"}]}],`, `"observation":[{"id":"TIME_PERIOD","values":[{"id":"2020"}]}]},"attributes":{`
	for _, test := range []struct{ name, content, mapping, want string }{
		{"ignored in CSV", csv + "d,T,D,BODO,COD,NET,2020,\n", "ignore: [GEAR]", "2 UNSUPPORTED_ACTION GEAR"},
		{"ignored and with its number", csv + "d,T,D,BODO,COD,NET,2020,5\n", "ignore: [GEAR]", "2 UNSUPPORTED_ACTION GEAR"},
		{"ignored and not said", csv + "d,T,D,BODO,COD,,2020,\n", "ignore: [GEAR]", ""},
		{"rows are skipped by it", csv + "d,T,D,BODO,COD,NET,2020,\nd,T,D,BODO,COD,LINE,2021,\n", "skip: [{GEAR: LINE}]", ""},
		{"quoted in a comment alone", csv + "d,T,D,BODO,COD,NET,2020,\n", "set: {COMMENT_OBS: 'by {GEAR}'}", "2 UNSUPPORTED_ACTION GEAR"},
		{"half of a text", csv + "d,T,D,BODO,COD,,2020,\n", "set: {METHOD: x, SPECIES: '{SPECIES}-{GEAR}'}\ncolumns: {SPECIES: COMMENT_OBS}", "2 UNSUPPORTED_ACTION GEAR"},
		{"one of two words", csv + "d,T,D,BODO,CODLING,,2020,\n", "ignore: [GEAR]\ncodes: {SPECIES: {COD: COD, CODLING: COD, HAKE: HAKE}}", "2 UNSUPPORTED_ACTION SPECIES"},
		{"one of one word", csv + "d,T,D,BODO,HAKE,,2020,\n", "ignore: [GEAR]\ncodes: {SPECIES: {COD: COD, CODLING: COD, HAKE: HAKE}}", ""},
		{"ignored in a series of SDMX-ML", specific(`<m:DataSet s:action="Delete"><Series PORT="BODO" SPECIES="COD" GEAR="NET"/></m:DataSet>`), "ignore: [GEAR]", "5 UNSUPPORTED_ACTION GEAR"},
		{"ignored in an observation of SDMX-ML", specific(`<m:DataSet s:action="Delete"><Series PORT="BODO" SPECIES="COD"><Obs TIME_PERIOD="2020" GEAR="NET"/></Series></m:DataSet>`), "ignore: [GEAR]", "5 UNSUPPORTED_ACTION GEAR"},
		{"ignored in SDMX-JSON", json(dims+period+`}}]`, `"series":{"0:0:0":{"observations":{"0":[null]}}}`), "ignore: [GEAR]", "1 UNSUPPORTED_ACTION GEAR"},
		{"a series of it", json(dims+period+`}}]`, `"series":{"0:0:0":{}}`), "ignore: [GEAR]", "1 UNSUPPORTED_ACTION GEAR"},
		{"a series of it at its observations", json("],"+strings.Replace(period, "[{", `[{"id":"GEAR","values":[{"id":"NET"}]},{`, 1)+`}}]`, `"series":{"0:0":{}}`), "ignore: [GEAR]", "1 UNSUPPORTED_ACTION GEAR"},
		{"ignored attribute alone", json("],"+period+`"observation":[{"id":"GEAR","values":[{"id":"NET"}]}]}}]`, `"series":{"0:0":{"observations":{"0":[null,0]}}}`), "ignore: [GEAR]", "1 UNSUPPORTED_ACTION GEAR"},
		{"ignored attribute and its number", json("],"+period+`"observation":[{"id":"GEAR","values":[{"id":"NET"}]}]}}]`, `"series":{"0:0":{"observations":{"0":[5,0]}}}`), "ignore: [GEAR]", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, refused := readAll(t, test.content, mlMetric, test.mapping)
			got := ""
			for _, one := range refused {
				got += reasonsOf(refused[:1]) + " " + one.Field
			}
			must.Equal(t, got, test.want)
			must.Equal(t, len(rows) == 1, test.want == "")
		})
	}
}

// TestADeletionOfASeriesOfSDMXJSON: a series without observations is all that it has, as in
// SDMX-ML; and what asks to delete by the unit is said by its column.
func TestADeletionOfASeriesOfSDMXJSON(t *testing.T) {
	content := `{"data":{"structures":[{"dimensions":{"series":[{"id":"PORT","values":[{"id":"BODO"}]},{"id":"SPECIES","values":[{"id":"COD"}]}],"observation":[{"id":"TIME_PERIOD","values":[{"id":"2020"}]}]},
"attributes":{}}],"dataSets":[{"structure":0,"action":"Delete","series":{"0:0":{}}}]}}`
	row := one(t, content, mlMetric, "")
	must.Equal(t, row.Kind, datafile.DeleteMatching)
	must.Equal(t, row.Dimensions, map[string]string{"PORT": "BODO", "SPECIES": "COD"})
	rows, refused := readAll(t, strings.Replace(content, `{}}}]}}`, `{"observations":{}},"0:0":{}}}]}}`, 1), mlMetric, "")
	must.Equal(t, reasonsOf(refused), "2 UNSUPPORTED_ACTION") // none of them is not all
	must.Equal(t, len(rows), 1)
	_, refused = readAll(t, strings.Replace(content, "Delete", "Replace", 1), mlMetric, "")
	must.Equal(t, len(refused), 0)
	_, refused = readAll(t, "STRUCTURE,STRUCTURE_ID,ACTION,PORT,SPECIES,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\nd,T,D,BODO,COD,2020,,EUR\n", mlMetric, "")
	must.Equal(t, reasonsOf(refused)+" "+refused[0].Field, "2 UNSUPPORTED_ACTION UNIT_MEASURE")
}
