package sdmx_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/sdmx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestConfidential(t *testing.T) {
	for code, want := range map[string]bool{"": false, "F": false, "C": true, "N": true} {
		must.Equal(t, sdmx.Confidential(code), want)
	}
}

// TestPeriodsOfSDMX: each way of writing a period, in EDTF and back.
func TestPeriodsOfSDMX(t *testing.T) {
	for _, one := range []struct{ sdmx, edtf, back string }{
		{"2020", "2020", "2020"},
		{"2020-A1", "2020", "2020"},
		{"2020-S2", "2020-41", "2020-S2"},
		{"2020-T1", "2020-37", "2020-T1"},
		{"2020-Q4", "2020-36", "2020-Q4"},
		{"2020-M03", "2020-03", "2020-03"},
		{"2020-W07", "2020-02-10/2020-02-16", "2020-W07"},
		{"2020-W53", "2020-12-28/2021-01-03", "2020-W53"},
		{"2020-D045", "2020-02-14", "2020-02-14"},
		{"2022-01-03/P7D", "2022-01-03/2022-01-09", "2022-W01"},
		{"2022-01-03/P1W", "2022-01-03/2022-01-09", "2022-W01"},
		{"2022-01-04/P7D", "2022-01-04/2022-01-10", "2022-01-04/2022-01-10"},
		{"2022-01-04T00:00:00/P1M", "2022-01-04/2022-02-03", "2022-01-04/2022-02-03"},
		{"2022-01-04/P1D", "2022-01-04", "2022-01-04"},
		{"2022-01-01/P1Y", "2022", "2022"},
		{"2022-01-01T00:00:00/P12M", "2022", "2022"},
		{"2022-07-01/P6M", "2022-41", "2022-S2"},
		{"2022-05-01/P4M", "2022-38", "2022-T2"},
		{"2022-04-01/P3M", "2022-34", "2022-Q2"},
		{"2022-04-01/P30D", "2022-04", "2022-04"},
		{"2022-02-01/P1M", "2022-02", "2022-02"},
		{"2022-02-01/P3M", "2022-02-01/2022-04-30", "2022-02-01/2022-04-30"},
		{"2022-01-01/P2M", "2022-01-01/2022-02-28", "2022-01-01/2022-02-28"},
		{"2022-04-01/P1Y", "2022-04-01/2023-03-31", "2022-04-01/2023-03-31"},
		{"2020-05-06", "2020-05-06", "2020-05-06"},
		{"2019/..", "2019/..", "2019/.."},
		{"2020~", "2020~", "2020~"},
		{"2020-21", "2020-21", "2020-21"},
		{"", "", ""},
	} {
		must.Equal(t, sdmx.ReadPeriod(one.sdmx), one.edtf)
		must.Equal(t, sdmx.WritePeriod(one.edtf), one.back)
	}
	for _, wrong := range []string{"2020-Q5", "2020-Q0", "2021-W53", "2021-D366", "2020-M13", "2020-Q+1", "20-Q1", "2020-X1", "2022-01-31/P1M", "2022-01-03/P0D", "9998-12-31/P7D"} {
		must.Equal(t, sdmx.ReadPeriod(wrong), wrong)
		_, err := edtf.Parse(sdmx.ReadPeriod(wrong))
		must.Err(t, err)
	}
}

// TestSpellingsOfPeriods: what is certain is written as SDMX does, and nothing else.
func TestSpellingsOfPeriods(t *testing.T) {
	for text, want := range map[string]string{
		"2020Q1": "2020-Q1", "2020 Q4": "2020-Q4", "2020:Q2": "2020-Q2", "2020q3": "2020-Q3", "Q1 2020": "2020-Q1", "Q2/2020": "2020-Q2", "3Q2020": "2020-Q3", "2020-Q1": "2020-Q1",
		"2020M01": "2020-M01", "2020m2": "2020-M2", "2020H1": "2020-S1", "2020-H2": "2020-S2", "2020S2": "2020-S2", "2020W07": "2020-W07",
		"2020Q5": "2020Q5", "2020T1": "2020T1", "T1 2020": "T1 2020", "2020": "2020", "2020-01": "2020-01", "20Q1": "20Q1", "Q1 20": "Q1 20", "2020Q": "2020Q", "": "",
	} {
		must.Equal(t, sdmx.Spelling(text), want)
	}
}

// TestPropertyPeriodsComeBack: what is written reads as the same period.
func TestAPeriodInTwoSpellingsIsTheSame(t *testing.T) {
	for edtf, want := range map[string]string{
		"2020-01-01/2020-01-31": "2020-01", "2020-07-01/2020-09-30": "2020-35", "2020-01-01/2020-12-31": "2020", "2020-02-29/2020-02-29": "2020-02-29",
		"2020-01-01/2020-01-30": "2020-01-01/2020-01-30", "2020-02-10/2020-02-16": "2020-02-10/2020-02-16", "2020-01-31/2020-01-01": "2020-01-31/2020-01-01",
		"2020~": "2020~", "2020-01/2020-12": "2020-01/2020-12", "2019-01-01/..": "2019-01-01/..", "": "",
	} {
		must.Equal(t, sdmx.SamePeriod(edtf), want)
	}
	rapid.Check(t, func(t *rapid.T) {
		first := time.Date(rapid.IntRange(1900, 2100).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 1, 0, 0, 0, 0, time.UTC)
		months := rapid.IntRange(1, 14).Draw(t, "months")
		days := first.Format(time.DateOnly) + "/" + first.AddDate(0, months, -1).Format(time.DateOnly)
		must.Equal(t, sdmx.SamePeriod(days), sdmx.ReadPeriod(fmt.Sprintf("%s/P%dM", first.Format(time.DateOnly), months)))
	})
}

func TestPropertyPeriodsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`[12][0-9]{3}(-[0-4][0-9])?(-[0-3][0-9])?`),
			rapid.StringMatching(`[12][0-9]{3}-(A1|S[12]|T[1-3]|Q[1-4]|M0[1-9]|W[0-5][0-9]|D[0-3][0-9]{2})`),
			rapid.StringMatching(`20[0-9]{2}-0[1-9]-[012][0-9]/(P[1-9][0-9]?[DWMY]|20[0-9]{2}-0[1-9]-[012][0-9]|\.\.)`),
		).Draw(rt, "period")
		read := sdmx.ReadPeriod(text)
		if period, err := edtf.Parse(read); err == nil && sdmx.ReadPeriod(sdmx.WritePeriod(period.EDTF)) != period.EDTF {
			rt.Fatalf("%s reads as %s, is written as %s", text, period.EDTF, sdmx.WritePeriod(period.EDTF))
		}
	})
}

// TestPropertyNoTwoComponentsHaveOneColumn: and none has a column of onrecord's own.
func TestPropertyNoTwoComponentsHaveOneColumn(t *testing.T) {
	ids := rapid.Custom(func(t *rapid.T) string {
		return rapid.StringMatching(`([DA]_){0,3}`).Draw(t, "prefixes") + rapid.SampledFrom([]string{"TITLE", "ACTION", "AREA", "X", "STRUCTURE", "D_", ""}).Draw(t, "id")
	})
	rapid.Check(t, func(rt *rapid.T) {
		columns := map[string]string{}
		for i, id := range rapid.SliceOfNDistinct(ids, 0, 12, rapid.ID).Draw(rt, "ids") {
			column := sdmx.DimensionColumn(id)
			if i%2 == 1 {
				column = sdmx.AttributeColumn(id)
			}
			if other, twice := columns[column]; twice || sdmx.Reserved(column) {
				rt.Fatalf("%s of %s is that of %q too", column, id, other)
			}
			columns[column] = id
		}
	})
}
