package units

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/platform/edtf"
)

// Candidates returns the codes, in order, of the currencies that a printed sign or name ("$", "kr", "dollars", "Franken", "US$", a code
// itself) may stand for and that were in use at some time in a period (EDTF, such as "1985"). Without a period, or with one that is no
// EDTF, it returns those in use now. It is empty for what is no sign of a currency in use then: nothing is guessed.
func Candidates(sign, period string) []string {
	then, err := edtf.Parse(period)
	now := err != nil
	var codes []string
	for _, code := range signCodes(sign) {
		currency := table().currencies[code]
		if now && currency.ValidTo == "" || !now && currency.usedIn(then) {
			codes = append(codes, code)
		}
	}
	return codes
}

// closed are the currencies of which the tables have every sign and name in use. Of others, those of small countries and of former
// times above all, anything may be printed somewhere.
var closed = strings.Fields("CHF CNY EUR GBP INR JPY KRW RUB RUR USD")

// NeverPrintedFor says that a sign with a currency character ("$", "C$", "£") or a name ("dollars", "Franken") is surely not printed for a
// currency: either the tables have all that is printed for that, or the sign or English name is for closed currencies alone; one of another
// language may be for former money of which the tables have no name there. It says nothing of other texts: letters alone may stand for much
// else.
func NeverPrintedFor(sign, currency string) bool {
	name := foldName(sign)
	_, isName := table().currencyNames[name]
	_, isForeign := table().foreignNames[name]
	if isName = isName || isForeign; !isName && !strings.ContainsFunc(sign, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) {
		return false
	}
	codes := signCodes(sign)
	if len(codes) == 0 || slices.Contains(codes, currency) ||
		isName && strings.Contains(foldName(table().currencies[currency].Name), strings.TrimSuffix(name, "s")) {
		return false
	}
	return slices.Contains(closed, currency) || !isForeign && !slices.ContainsFunc(codes, func(code string) bool { return !slices.Contains(closed, code) })
}

// MayStandFor says whether a printed sign or name is, as far as is known, that of a unit: its code, a sign or name of the currency among
// others, or a name of this unit of measure alone. A name of several, such as "tons", may be printed for another of them.
func MayStandFor(sign string, unit Unit) bool {
	if sign == unit.Code {
		return true
	}
	if unit.System == ISO4217 {
		return slices.Contains(signCodes(sign), unit.Code)
	}
	found := measures(strings.TrimSpace(sign))
	return len(found) == 1 && found[0].Unit == unit
}

// IsForeignName says whether a text is a name of a unit in other languages than English alone.
func IsForeignName(text string) bool {
	text = strings.TrimSpace(text)
	_, ofMoney := table().foreignNames[foldName(text)]
	return ofMoney || table().foreignUnits[text] || table().foreignUnits[longName(text)]
}

// minus40 is the temperature that Celsius and Fahrenheit write alike.
var minus40 = big.NewRat(-40, 1)

// NeverMeasuredIn says that a number beside a printed sign or name is surely no amount of a unit of their dimension: 3 "km" no 3 miles, 0 "°F" no
// 0 degrees Celsius; -40 are. It says nothing of units that differ by a power of ten, which may stand elsewhere, nor of those that are about as
// large, which share their names: a foot of the survey, 1024 bytes. A sign that is the unit's own but for capitals is its own: nautical miles
// are nm.
func NeverMeasuredIn(number *big.Rat, sign string, unit Unit) bool {
	own, err := Resolve(unit)
	printed := measures(strings.TrimSpace(sign))
	if err != nil || unit.System != UCUM || len(printed) == 0 {
		return false
	}
	if slices.ContainsFunc(table().namesOf[unit.Code], func(name string) bool { return strings.EqualFold(name, sign) }) {
		return false
	}
	for _, candidate := range printed {
		other, err := Resolve(candidate.Unit)
		scales := err == nil && own.measure.isScale() && other.measure.isScale()
		switch {
		case scales && own.measure.special != other.measure.special:
			if number.Cmp(minus40) == 0 {
				return false
			}
		case number.Sign() == 0, err != nil || !own.Compatible(other) || mayBeMeant(own.measure.factor, other.measure.factor):
			return false
		}
	}
	return true
}

// shares are the units of parts of a whole, whose signs are no capitals away from each other.
var shares = []string{"%", "[ppth]", "[ppm]", "[ppb]"}

// ShiftOf returns by how many powers of ten a printed unit of measure is greater than a unit: kilometres than m by 3. sure is false if it is not
// certain which one is printed, as of signs that others differ from by their capitals. isShare says that it is one of a whole, such as %, which
// nobody prints a table of thousands of.
func ShiftOf(sign string, unit Unit) (shift int, isShare, sure bool) {
	sign = strings.TrimSpace(sign)
	printed := measures(sign)
	if len(printed) != 1 || unit.System != UCUM || strings.Contains(unit.Code, "{") {
		return 0, false, false
	}
	isShare = slices.Contains(shares, printed[0].Unit.Code)
	isWord := utf8.RuneCountInString(sign) > longSign && !strings.ContainsFunc(sign, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' })
	own, err := Resolve(unit)
	other, otherErr := Resolve(printed[0].Unit)
	if err != nil || otherErr != nil || !isShare && !isWord || !own.Compatible(other) || own.measure.isScale() {
		return 0, false, false
	}
	ratio := new(big.Rat).Quo(other.measure.factor, own.measure.factor)
	if num, den := ratio.Num().String(), ratio.Denom().String(); isTen(num) && isTen(den) {
		return len(num) - len(den), isShare, true
	}
	return 0, false, false
}

// isTen says that digits are a power of ten.
func isTen(digits string) bool { return strings.TrimRight(digits, "0") == "1" }

// mayBeMeant says that units of two factors may go by one name, or that one number stands in the place of the other times a power of ten.
func mayBeMeant(a, b *big.Rat) bool {
	ratio := new(big.Rat).Quo(a, b)
	if isTen(ratio.Num().String()) && isTen(ratio.Denom().String()) {
		return true
	}
	return ratio.Cmp(big.NewRat(4, 5)) > 0 && ratio.Cmp(big.NewRat(5, 4)) < 0
}

// signCodes returns every currency that a sign or a name may stand for, in order of their codes.
func signCodes(sign string) []string {
	t := table()
	codes := slices.Concat(SignCurrencies(sign), t.openSigns[sign], t.openSigns[together(sign)], t.currencyNames[foldName(sign)], t.foreignNames[foldName(sign)])
	slices.Sort(codes)
	return slices.Compact(codes)
}

// usedIn says whether a currency was in use at some time in a period. What the table does not date was always in use.
func (c Currency) usedIn(period edtf.Period) bool {
	from, fromErr := edtf.Parse(c.ValidFrom)
	to, toErr := edtf.Parse(c.ValidTo)
	return (fromErr != nil || period.OpenEnd || from.Start.Before(period.End)) &&
		(toErr != nil || period.OpenStart || period.Start.Before(to.End))
}

// readCurrencyNames files the currencies under their names and what is legal tender also under what its name ends in: "Mexican pesos",
// "pesos". A unit of account, such as the next day's US dollar, is nobody's "dollar".
func (t *tables) readCurrencyNames() {
	file := func(name, code string) {
		if !slices.Contains(t.currencyNames[name], code) {
			t.currencyNames[name] = append(t.currencyNames[name], code)
		}
	}
	for code, c := range t.currencies {
		one, _, special := strings.Cut(c.Name, " (") // the years that tell it from others of the name
		tender := c.ValidFrom != ""
		if special && !tender {
			file(foldName(c.Name), code)
			continue
		}
		for _, name := range []string{one, cmp.Or(c.Plural, one+"s")} {
			name = foldName(name)
			file(name, code)
			if tender {
				file(name[strings.LastIndexByte(name, ' ')+1:], code)
			}
		}
	}
}

// foldName is the same for names that differ in case, white space and the dots of what is short only: "U.S. dollars".
func foldName(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(name, ".", "")), " "))
}
