package units_test

import (
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func ucum(t testing.TB, code string) units.Resolved {
	t.Helper()
	r, err := units.Resolve(units.Unit{System: units.UCUM, Code: code})
	must.OK(t, err)
	return r
}

func TestFactors(t *testing.T) {
	for _, test := range []struct{ code, base, factor string }{
		{"1", "1", "1"}, {"%", "1", "1/100"}, {"[ppm]", "1", "1/1000000"}, {"10*6", "1", "1000000"}, {"10^-3", "1", "1/1000"},
		{"{deaths}", "1", "1"}, {"kg{wet}", "kg", "1"}, {"10*3{people}", "1", "1000"},
		{"m", "m", "1"}, {"km", "m", "1000"}, {"um", "m", "1/1000000"}, {"dam", "m", "10"},
		{"[mi_i]", "m", "1609.344"}, {"[ft_i]", "m", "0.3048"}, {"[in_i]", "m", "0.0254"}, {"[nmi_i]", "m", "1852"}, {"[ft_us]", "m", "1200/3937"},
		{"m2", "m2", "1"}, {"km2", "m2", "1000000"}, {"har", "m2", "10000"}, {"[acr_br]", "m2", "15808008005469801/3906250000000"}, {"[sft_i]", "m2", "0.09290304"},
		{"L", "m3", "1/1000"}, {"hL", "m3", "1/10"}, {"[gal_us]", "m3", "0.003785411784"}, {"[bbl_us]", "m3", "0.158987294928"},
		{"g", "kg", "1/1000"}, {"kg", "kg", "1"}, {"t", "kg", "1000"}, {"Mt", "kg", "1000000000"}, {"[lb_av]", "kg", "0.45359237"},
		{"[oz_tr]", "kg", "0.0311034768"}, {"[ston_av]", "kg", "907.18474"},
		{"s", "s", "1"}, {"min", "s", "60"}, {"h", "s", "3600"}, {"d", "s", "86400"}, {"a", "s", "31557600"}, {"wk", "s", "604800"},
		{"km/h", "m/s", "5/18"}, {"[mi_i]/h", "m/s", "0.44704"}, {"[kn_i]", "m/s", "463/900"}, {"m.s-2", "m/s2", "1"},
		{"N", "N", "1"}, {"Pa", "Pa", "1"}, {"hPa", "Pa", "100"}, {"bar", "Pa", "100000"}, {"[psi]", "Pa", "8896443230521/1290320000"},
		{"J", "J", "1"}, {"kW.h", "J", "3600000"}, {"TW.h", "J", "3600000000000000"}, {"cal", "J", "4.184"}, {"[Btu_IT]", "J", "1055.05585262"}, {"[Btu]", "J", "1054.35"},
		{"W", "W", "1"}, {"GW", "W", "1000000000"}, {"kg.m2/s3", "W", "1"}, {"V", "V", "1"}, {"mA", "A", "1/1000"},
		{"Hz", "/s", "1"}, {"/a", "/s", "1/31557600"}, {"{births}/a", "/s", "1/31557600"},
		{"By", "bit", "8"}, {"GBy", "bit", "8000000000"}, {"KiBy", "bit", "8192"}, {"MiBy/s", "bit/s", "8388608"},
		{"kg/m2", "kg/m2", "1"}, {"g/L", "kg/m3", "1"}, {"t/(har.a)", "kg.m-2.s-1", "1/315576000"}, {"m/(s/kg)", "kg.m.s-1", "1"},
		{"4.km", "m", "4000"}, {"K", "K", "1"}, {"[degR]", "K", "5/9"}, {"Cel", "Cel", "1"}, {"[degF]", "[degF]", "1"}, {"(Cel)", "Cel", "1"},
		{"m+2", "m2", "1"}, {"(((m)))", "m", "1"}, {"mol", "1", "602214076000000000000000"},
	} {
		t.Run(test.code, func(t *testing.T) {
			r := ucum(t, test.code)
			want, ok := new(big.Rat).SetString(test.factor)
			must.True(t, ok)
			must.Equal(t, r.Base, units.Unit{System: units.UCUM, Code: test.base})
			must.Equal(t, r.Factor().RatString(), want.RatString())
		})
	}
}

func TestUnknownCodes(t *testing.T) {
	for _, code := range []string{
		"", "furlong", "KM", "Km", "kmh", "km/", "km//h", ".m", "m.", "m..s", "(m", "m)", "()", "m{", "m}", "m{a{b}}", "m 2", "mm m", "m-", "m+",
		"m31", "m0", "m99999999999999999999", "0", "00", "0.5m", "1e3", "m^2", "m\u00b2", "\u00b5m", "k%", "kmin", "kh", "[mi_i", "mi_i]", "k[mi_i]",
		"Cel/s", "kCel", "Cel2", "2.Cel", "Cel.m", "dB", "deg", "USD", strings.Repeat("(", 20) + "m" + strings.Repeat(")", 20), strings.Repeat("m.", 40) + "m",
		"10*100", "m30.m", "1234567890.m", "[pH]", "/", "//m", "{a}{b}{", "m/-s",
	} {
		_, err := units.Resolve(units.Unit{System: units.UCUM, Code: code})
		var unknown *units.UnknownError
		must.True(t, errors.As(err, &unknown), code)
	}
	for _, unit := range []units.Unit{{}, {System: "SI", Code: "m"}, {System: units.ISO4217, Code: "usd"}, {System: units.ISO4217, Code: "m"}} {
		_, err := units.Resolve(unit)
		must.Err(t, err)
	}
}

func TestCompatibility(t *testing.T) {
	usd, err := units.Resolve(units.Unit{System: units.ISO4217, Code: "USD"})
	must.OK(t, err)
	dem, err := units.Resolve(units.Unit{System: units.ISO4217, Code: "DEM"}) // withdrawn money stays
	must.OK(t, err)
	must.Equal(t, usd.Base, usd.Unit)
	must.True(t, usd.Compatible(dem))
	_, ok := usd.Convert(big.NewRat(1, 1), dem)
	must.False(t, ok, "there is no rate between currencies")
	same, ok := usd.Convert(big.NewRat(3, 1), usd)
	must.True(t, ok)
	must.Equal(t, same.RatString(), "3")
	for _, pair := range [][2]string{{"km", "[mi_i]"}, {"N.m", "J"}, {"%", "1"}, {"kW.h", "cal"}, {"Cel", "Cel"}} {
		must.True(t, ucum(t, pair[0]).Compatible(ucum(t, pair[1])), pair[0]+" "+pair[1])
	}
	for _, pair := range [][2]string{{"km", "kg"}, {"Cel", "K"}, {"Cel", "[degF]"}, {"bit", "1"}, {"m", "m2"}, {"rad", "1"}} {
		must.False(t, ucum(t, pair[0]).Compatible(ucum(t, pair[1])), pair[0]+" "+pair[1])
	}
	must.False(t, usd.Compatible(ucum(t, "1")))
}

func TestSigns(t *testing.T) {
	for sign, codes := range map[string][]string{
		"US$": {"USD"}, "S$": {"SGD"}, "A$": {"AUD"}, "NZ$": {"NZD"}, "HK$": {"HKD"}, "NT$": {"TWD"}, "R$": {"BRL"}, "€": {"EUR"}, "₹": {"INR"},
		"EUR": {"EUR"}, "C$": {"CAD", "NIO"}, "$": nil, "£": nil, "¥": nil, "kr": nil, "": nil, "km": nil,
	} {
		must.Equal(t, units.SignCurrencies(sign), codes)
	}
}

func TestCurrencies(t *testing.T) {
	usd, found := units.LookupCurrency("USD")
	must.True(t, found)
	must.Equal(t, usd, units.Currency{
		Code: "USD", Numeric: "840", MinorUnit: "2", Name: "US dollar", ValidFrom: "1792-01-01",
	})
	hrk, _ := units.LookupCurrency("HRK")
	must.Equal(t, hrk.Withdrawn, "2023-01")
	_, found = units.LookupCurrency("XYZ")
	must.False(t, found)
}

// TestFiles checks that every line of the embedded files is understood.
func TestFiles(t *testing.T) {
	for _, line := range fileLines(t, "atoms.tsv") {
		r := ucum(t, strings.Split(line, "\t")[0]+suffixOf(line))
		must.True(t, r.Factor().Sign() > 0, line)
		must.Equal(t, ucum(t, r.Base.Code).Factor().RatString(), "1")
	}
	for _, line := range fileLines(t, "signs.tsv") {
		for _, code := range strings.Split(strings.Split(line, "\t")[2], ",") {
			_, found := units.LookupCurrency(code)
			must.True(t, found, line)
		}
	}
	for _, file := range []string{"names.tsv", "names_cldr.tsv"} {
		for _, line := range fileLines(t, file) {
			code, names, _ := strings.Cut(line, "\t")
			ucum(t, code)
			for name := range strings.SplitSeq(names, "|") {
				must.True(t, len(units.ResolveText(name, edtf.Period{})) > 0, name)
			}
		}
	}
	for _, line := range fileLines(t, "currency_names.tsv") {
		codes, names, _ := strings.Cut(line, "\t")
		for code := range strings.SplitSeq(codes, ",") {
			for name := range strings.SplitSeq(names, "|") {
				must.True(t, units.MayStandFor(name, units.Unit{System: units.ISO4217, Code: code}), name)
			}
		}
	}
	for _, line := range fileLines(t, "currency_words.tsv") {
		english, words, _ := strings.Cut(line, "\t")
		want := units.Candidates(english, "")
		must.True(t, len(want) > 0, english)
		for word := range strings.SplitSeq(words, "|") {
			must.Equal(t, units.Candidates(word, ""), want)
		}
	}
	for _, line := range fileLines(t, "currencies.csv")[1:] {
		fields := strings.Split(line, ",")
		from, to := fields[len(fields)-2], fields[len(fields)-1]
		for _, date := range []string{from, to} {
			_, err := edtf.Parse(date)
			must.True(t, date == "" || err == nil, line)
		}
		must.True(t, from == "" || to == "" || from <= to, line)
	}
	must.True(t, len(fileLines(t, "currencies.csv")) > 300)
}

// TestACurrencyIsItsOwnBaseUnit: amounts of money are never rounded when they are multiplied out.
func TestACurrencyIsItsOwnBaseUnit(t *testing.T) {
	for _, line := range fileLines(t, "currencies.csv")[1:] {
		code, _, _ := strings.Cut(line, ",")
		money, err := units.Resolve(units.Unit{System: units.ISO4217, Code: code})
		must.OK(t, err)
		must.True(t, money.IsBase(), code)
		must.Equal(t, money.Base, money.Unit)
	}
}

// suffixOf gives 10* and 10^ the exponent that makes them whole.
func suffixOf(line string) string {
	if strings.HasPrefix(line, "10") {
		return "3"
	}
	return ""
}

func fileLines(t testing.TB, name string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	must.OK(t, err)
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func TestAnUnresolvedUnitIsMoneyThatConvertsToNothing(t *testing.T) {
	sign, err := units.Resolve(units.Unit{System: units.Unresolved, Code: "$", Candidates: "MXN,USD"})
	must.OK(t, err)
	dollar, err := units.Resolve(units.Unit{System: units.ISO4217, Code: "USD"})
	must.OK(t, err)
	must.True(t, sign.Compatible(dollar) && dollar.Compatible(sign))
	must.False(t, sign.IsResolved())
	for _, pair := range [][2]units.Resolved{{sign, dollar}, {dollar, sign}, {sign, sign}} {
		_, ok := pair[0].Convert(big.NewRat(1, 1), pair[1])
		must.False(t, ok)
	}
	must.Equal(t, units.JoinCandidates([]string{"USD", "MXN", "USD"}), "MXN,USD")
	must.Equal(t, sign.Unit.CandidateList(), []string{"MXN", "USD"})
	_, err = units.Resolve(units.Unit{System: units.ISO4217, Code: "USD", Candidates: "MXN"})
	must.Err(t, err)
}

// TestNamesOfPeopleAndCountriesAreNoMoney: a part of a currency's name is not the name of a currency.
func TestNamesOfPeopleAndCountriesAreNoMoney(t *testing.T) {
	for _, word := range strings.Fields("Елена Helena zimbabwe nhân antiga ρωσίας emirater российских nowych juan đồng đô") {
		must.Equal(t, len(units.ResolveText(word, edtf.Period{})), 0)
		must.True(t, !units.NeverPrintedFor(word, "USD"), word)
	}
	for word, codes := range map[string]string{
		"peso": "RUB,EUR", "bolívar": "RUB,EUR", "mark": "RUB,EUR", "Franken": "USD,EUR,INR", "dólares": "EUR,CNY", "рублей": "USD,EUR", "евро": "USD", "złotych": "EUR",
	} {
		for code := range strings.SplitSeq(codes, ",") {
			must.True(t, !units.MayStandFor(word, units.Unit{System: units.ISO4217, Code: code}), "%s for %s", word, code)
		}
	}
}
