package demodata_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// months are the cells of a row of the Census file for one direction: a number for so many
// months, then 0, and their sum.
func months(number, come int) string {
	var cells strings.Builder
	for month := range 12 {
		if month >= come {
			number, come = 0, 0
		}
		fmt.Fprintf(&cells, ",%d", number)
	}
	return cells.String()
}

// TestEditionsOfTheCensusFile: whichever month the file ends in, what comes after it is not
// collected, in both directions, and the year has no sum unless it is at its end.
func TestEditionsOfTheCensusFile(t *testing.T) {
	mapping := must.Get(datafile.ParseMapping(must.Get(demodata.Series{Mapping: "us-trade-by-country"}.MappingFile())(t)))(t)
	var header strings.Builder
	header.WriteString("year,CTY_CODE,CTYNAME")
	for _, flow := range []string{"I", "E"} {
		for _, month := range strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC YR") {
			header.WriteString("," + flow + month)
		}
	}
	for _, last := range []int{1, 6, 11, 12} {
		row := func(year, code string, number, come int) string {
			return fmt.Sprintf("%s,%s,Name%s,%d%s,%d\r", year, code, months(number, come), number*come, months(number, come), number*come)
		}
		content := header.String() + "\r" + row("2016", "0015", 70, 12) + row("2016", "2010", 7, 11) + row("2017", "0015", 80, last) + row("2017", "2010", 8, 0)
		reader := must.Get(datafile.Open(strings.NewReader(content), mapping.Metric, mapping))(t)
		open := map[string]int{}
		for {
			row, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			must.OK(t, err)
			o := row.Observation
			must.Equal(t, o.GetMissingReason() == metricsv1.Figure_NOT_COLLECTED, o.GetValue() == nil)
			if o.GetValue() == nil {
				must.True(t, strings.HasPrefix(o.GetTimePeriod(), "2017") && (o.GetTimePeriod() == "2017" || o.GetTimePeriod() > fmt.Sprintf("2017-%02d", last)), "%s has come", o.GetTimePeriod())
				open[row.Dimensions["COUNTERPART_AREA"]+" "+row.Dimensions["FLOW"]]++
			}
		}
		want := map[string]int{}
		if last < 12 {
			for _, series := range []string{"MX IMPORTS", "MX EXPORTS", "CENSUS_0015 IMPORTS", "CENSUS_0015 EXPORTS"} {
				want[series] = 12 - last + 1
			}
		}
		must.Equal(t, open, want)
	}
}

// TestACensusFileOfOnePartner: whether its last zeros are of months to come cannot be told,
// so they are refused with the row that says it.
func TestACensusFileOfOnePartner(t *testing.T) {
	mapping := must.Get(datafile.ParseMapping(must.Get(demodata.Series{Mapping: "us-trade-by-country"}.MappingFile())(t)))(t)
	const header = "year,CTY_CODE,CTYNAME,IJAN,IFEB,IMAR,IAPR,IMAY,IJUN,IJUL,IAUG,ISEP,IOCT,INOV,IDEC,IYR,EJAN,EFEB,EMAR,EAPR,EMAY,EJUN,EJUL,EAUG,ESEP,EOCT,ENOV,EDEC,EYR\n"
	reader := must.Get(datafile.Open(strings.NewReader(header+"2017,2010,Mexico"+months(3, 6)+",18"+months(4, 6)+",24\n"), mapping.Metric, mapping))(t)
	taken, refused := 0, []string{}
	for {
		_, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if one, is := errors.AsType[*interchange.RowError](err); is {
			refused = append(refused, one.Reason)
			must.Contains(t, one.Message, "CTY_CODE 0015")
			continue
		}
		must.OK(t, err)
		taken++
	}
	must.Equal(t, taken, 12)
	must.Equal(t, refused, []string{datafile.AmbiguousZero})
}
