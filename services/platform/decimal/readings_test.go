package decimal_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// read writes what a numeral may be read as, parted by blanks.
func read(figures string) string {
	var texts []string
	for _, d := range decimal.Readings(figures) {
		texts = append(texts, d.String())
	}
	return strings.Join(texts, " ")
}

func TestReadings(t *testing.T) {
	for figures, want := range map[string]string{
		"860": "860", "007": "7", "1.5": "1.5", "1,5": "1.5", "1·5": "1.5", ".5": "0.5", "007.50": "7.50", "860.": "860", "5,": "5", "5.–": "5", "5,-": "5", "5.--": "5",
		"3.000": "3000 3.000", "3,000": "3000 3.000", "0.500": "0.500", "0,075": "0.075", "1234.567": "1234.567", "12,345": "12345 12.345", "2020": "2020",
		"1,234.567": "1234.567", "1.234,567": "1234.567", "1,000,000.000": "1000000.000", "1.234.567": "1234567", "10.000,5": "10000.5",
		"1'234'567.80": "1234567.80", "1’234.567": "1234567 1234.567", "1'234,567.89": "1234567.89", "1.234'567.890": "1234567890", "3'000": "3000", "3_000": "3000",
		"1 234": "1234", "1\u202f234\u00a0567,8": "1234567.8", "1 234 567": "1234567", "3.141 592 65": "3.14159265", "1 234.567 89": "1234.56789",
		"12,34,567": "1234567", "1,00,00,000": "10000000", "1,23,456.7": "123456.7", "1,2345,6789": "123456789", "1,0000": "10000 1.0000", "12.3456": "12.3456",
		"1，234": "1234", "3・5": "3.5", "3．5": "3.5", "2½": "2.5", "½": "0.5", "2 ¾": "2.75", "1,250½": "1250.5",
		"5'10": "", "2’30": "", "1 5": "", "1,23,4567": "", "1,2,3": "", "1.2.3.4": "", "12.5.2": "", "1..5": "", "1,.5": "", "5-6": "", "10–12": "", "-5": "", "5e3": "", "five": "",
		"": "", ".": "", "–": "", "'": "", "'5": "", "5'": "", "1 234.5 6": "", "1/2": "", "1⅓": "", "0'500": "", "1,234 567": "1.234567", "1_234'567": "1234567", "3, 4": "", "3，5": "",
		"5%": "", "٣": "",
	} {
		must.Equal(t, map[string]string{figures: read(figures)}, map[string]string{figures: want})
	}
}

// TestPropertyAGroupedNumberIsRead: however a number is grouped, it is among its readings, and no number of its whole part and a power of ten.
func TestPropertyAGroupedNumberIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.SampledFrom([]string{",", ".", " ", "'", "\u202f", "’", "_"}).Draw(t, "mark")
		groups := rapid.SliceOfN(rapid.StringMatching(`[0-9]{3}`), 2, 6).Draw(t, "groups")
		first := rapid.StringMatching(`[1-9][0-9]{0,2}`).Draw(t, "first")
		number := first + strings.Join(groups, "")
		must.Equal(t, read(first+mark+strings.Join(groups, mark)), number)
		point := map[bool]string{true: ",", false: "."}[mark == "."]
		fraction := rapid.StringMatching(`[0-9]{1,2}|[0-9]{5,9}`).Draw(t, "fraction") // of three it may be a group more
		must.Equal(t, read(first+mark+strings.Join(groups, mark)+point+fraction), number+"."+fraction)
	})
}
