package units_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestCandidates(t *testing.T) {
	for _, c := range []struct{ sign, period, want string }{
		{"US$", "", "USD"},
		{"S$", "2023", "SGD"},
		{"MX$", "1985", "MXP"},
		{"MX$", "2023", "MXN"},
		{"C$", "", "CAD,NIO"},
		{"kr", "", "DKK,ISK,NOK,SEK"},
		{"kr", "2000", "DKK,EEK,ISK,NOK,SEK"},
		{"₧", "", ""},
		{"₧", "1999", "ESP"},
		{"euros", "2023", "EUR"},
		{"EUR", "1990", ""},
		{"Swiss francs", "", "CHF"},
		{"kroner", "", "DKK,ISK,NOK,SEK"},
		{"colones", "", "CRC"},
		{"km", "", ""},
		{"", "", ""},
		{"bitcoin", "", ""},
		{"US$", "no date", "USD"},
		{"£", "../1900", "GBP"},
	} {
		got := strings.Join(units.Candidates(c.sign, c.period), ",")
		if c.sign == "£" { // others of that age may join it
			must.True(t, strings.Contains(got, "GBP"), got)
			continue
		}
		must.Equal(t, got, c.want)
	}
	dollars := units.Candidates("$", "2023")
	must.True(t, len(dollars) > 25)
	for _, code := range []string{"USD", "MXN", "SGD"} {
		must.True(t, strings.Contains(strings.Join(dollars, ","), code), code)
	}
	must.False(t, strings.Contains(strings.Join(dollars, ","), "MXP"))
	must.True(t, strings.Contains(strings.Join(units.Candidates("pesos", "1985"), ","), "MXP"))
}

func TestResolveText(t *testing.T) {
	for text, want := range map[string]string{
		"km":                      "km",
		"kilometres":              "km",
		"Kilometers":              "km",
		"sq km":                   "km2",
		"ft":                      "[ft_i]",
		"MW":                      "MW",
		"mW":                      "mW",
		"kWh":                     "kW.h",
		"miles":                   "[mi_i],[mi_us]",
		"libras":                  "",
		"Pferdestärke":            "",
		"mẫu":                     "",
		"gallons":                 "[gal_br],[gal_us]",
		"tons":                    "[lton_av],[ston_av],t",
		"°C":                      "Cel",
		"per cent":                "%",
		"US$":                     "USD",
		"C$":                      "CAD,NIO",
		"euros":                   "EUR",
		"U.S. dollars":            "USD",
		"US $":                    "USD",
		"KM":                      "BAM,km",
		"Swiss francs":            "CHF",
		"mol":                     "mol",
		"mol/m3":                  "mol/m3",
		"Prozent":                 "%",
		"Franken":                 "BIF,CDF,CHF,DJF,GNF,KMF,RWF,XAF,XOF,XPF",
		"Kalorien":                "",
		"人民币":                     "CNY",
		"złotych":                 "PLN",
		"швейцарских франков":     "CHF",
		"километров":              "km",
		"キロメートル":                  "km",
		"dólares estadounidenses": "USD",
		"7":                       "",
		"":                        "",
		"furlongs":                "",
	} {
		must.Equal(t, codesOf(units.ResolveText(text, edtf.Period{})), want)
	}
	pounds := codesOf(units.ResolveText("pounds", edtf.Period{}))
	must.True(t, strings.Contains(pounds, "GBP") && strings.Contains(pounds, "[lb_av]"), pounds)
	then, err := edtf.Parse("1985")
	must.OK(t, err)
	must.Equal(t, units.ResolveText("MX$", then), units.ResolveText("MXP", then))
	must.Equal(t, units.ResolveText("km", then)[0].Name, "kilometre")
}

func codesOf(candidates []units.Candidate) string {
	var codes []string
	for _, c := range candidates {
		codes = append(codes, c.Unit.Code)
	}
	return strings.Join(codes, ",")
}

// TestWhatIsResolvedIsKnown resolves any text to units that the package knows.
func TestWhatIsResolvedIsKnown(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z$£¥.% ²]{1,4}`))
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		for _, c := range units.ResolveText(text, edtf.Period{}) {
			_, err := units.Resolve(c.Unit)
			must.OK(t, err)
			must.True(t, c.Name != "", c.Unit.String())
		}
	})
}
