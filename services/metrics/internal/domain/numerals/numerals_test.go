package numerals_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/numerals"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// read writes what a text may be: its sign, numbers and multiplier.
func read(text string) string {
	n := numerals.Read(text)
	var said []string
	for _, d := range n.Numbers {
		said = append(said, d.String())
	}
	if n.Multiplier != "" && len(said) > 0 {
		said = append(said, n.Multiplier)
	}
	if n.Negative {
		said = append(said, "negative")
	}
	return strings.Join(said, " ")
}

func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"3.000": "3000 3.000", "−5": "5 negative", "+5": "5", "(5)": "5", "（５）": "5", "▲5": "5", "△ 5": "5", "±5": "5", "((5))": "", "(5": "", "-": "",
		"2½": "2.5", "1/2": "", "⅔": "", "twelve": "12", "Zwölf": "12", "doce": "12", "двенадцать": "12", "quatre-vingt-dix": "90", "tres": "3 60",
		"a dozen": "", "one": "", "ein": "", "once": "", "null": "", "third": "", "a third": "", "two thirds": "", "half": "", "a hundred": "",
		"3 million": "3 million", "2½ millions": "2.5 millions", "3\u00a0million": "3 million", strings.Repeat("3 ", 60) + "million": "", "3,5 Mio. €": "",
		"12億": "12 億", "３万": "3 万", "three crore": "", "5 m": "", "5m": "", "5 km": "", "5 mille": "", "5 mhíle": "", "5 mil.": "", "5 тыс.": "", "5조": "",
		"million": "", "10–12": "", "5'10": "", "": "", "tens of thousands": "", "about 5": "", "about 860 to 870 or so": "",
		strings.Repeat("8", 20000): "", strings.Repeat("１", 38): strings.Repeat("1", 38),
	} {
		must.Equal(t, map[string]string{text: read(text)}, map[string]string{text: want})
	}
}

// TestWhatIsLongIsNotRead: texts of any length come in, and each is looked at in passing.
func TestWhatIsLongIsNotRead(t *testing.T) {
	for _, text := range []string{strings.Repeat("8 ", 20000), strings.Repeat("a ", 20000), strings.Repeat("8a", 20000) + "million"} {
		must.True(t, testing.AllocsPerRun(10, func() { numerals.Read(text); numerals.Powers(text) }) == 0)
	}
}

func TestIsAllThatItMayBe(t *testing.T) {
	for text, numbers := range map[string]string{"3 billion": "3 3000000000 3000000000000 !3000000", "12": "12 -12 !13", "zwölf": "12 -12 !13"} {
		for number := range strings.FieldsSeq(numbers) {
			number, isNot := strings.CutPrefix(number, "!")
			d, err := decimal.Parse(number)
			must.OK(t, err)
			must.Equal(t, fmt.Sprint(text, " ", number, numerals.Read(text).Is(d)), fmt.Sprint(text, " ", number, !isNot))
		}
	}
}

func TestPowers(t *testing.T) {
	for word, want := range map[string]string{
		"billion": "[9 12]", "Billionen": "[12]", "Mrd.": "[9]", "mil  millones": "[9]", "lakh": "[5]", "करोड़": "[7]", "億": "[8]", "tysięcy": "[3]",
		"milyar": "[9]", "τρισεκατομμύρια": "[12]", "trilion": "[12 18]", "m": "[3 4 6 9]", "dozen": "[]", "": "[]", "percent": "[]",
		"bio": "[9 12]", "Bio.": "[9 12]", "билион": "[9 12]", "biljon": "[9 12]", "трилион": "[12 18]", "पद्म": "[]", "शंख": "[]", "mia": "[2 9]",
		"Bill": "[]", "Mila": "[]", "Ming": "[]", "mila miliardi": "[12]",
		"000": "[]", "(000)": "[]",
	} {
		must.Equal(t, map[string]string{word: fmt.Sprint(numerals.Powers(word))}, map[string]string{word: want})
	}
}

// TestPropertyANumberIsReadHoweverItIsPrinted: as itself, and as no other.
func TestPropertyANumberIsReadHoweverItIsPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Int64Range(1000, 999_999_999).Draw(t, "number")
		digits := fmt.Sprint(number)
		text := digits
		if mark := rapid.SampledFrom([]string{"", ",", ".", " ", "\u202f", "'", "’"}).Draw(t, "mark"); mark != "" {
			for at := len(digits) - 3; at > 0; at -= 3 {
				text = text[:at] + mark + text[at:]
			}
		}
		text = fmt.Sprintf(rapid.SampledFrom([]string{"%s", "-%s", "+%s", "(%s)", "▲%s", "−%s", "%s million", "%s億"}).Draw(t, "form"), text)
		n := numerals.Read(text)
		must.True(t, n.Is(decimal.FromInt64(number)), text)
		must.False(t, n.Is(decimal.FromInt64(number+1)), text)
	})
}

func TestAnyTextCanBeRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-(▲]?[0-9]{1,3}( [0-9])?[/.,]?[0-9]{0,4}( million|億|%)?\)?`)).Draw(t, "text")
		for _, d := range numerals.Read(text).Numbers {
			must.True(t, d.Sign() >= 0, text)
		}
	})
}
