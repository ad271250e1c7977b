package decimal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// marks each may be the decimal sign, or group digits.
const marks = ".,·"

// apostrophes group digits: thousands in Switzerland, millions beside another mark in Latin America.
const apostrophes = "'’‘ʼ`´＇"

// vulgar are the fractions of one character that end as decimals, as their digits after the point.
var vulgar = map[rune]string{
	'½': "5", '¼': "25", '¾': "75", '⅕': "2", '⅖': "4", '⅗': "6", '⅘': "8", '⅛': "125", '⅜': "375", '⅝': "625", '⅞': "875", '⅒': "1",
}

// Readings returns the numbers that a numeral in figures may be read as, whatever it groups digits with: "3.000" is 3 or 3000, "1.5" is 1.5
// alone, as no group has one digit, "0.500" is 0.5 alone, as no grouped number begins with 0, "12,34,567" is 1234567 and "2½" is 2.5. Digits are
// those of ASCII; a dash after them, as of prices ("5.–"), says nothing. A text that is no such numeral has none, as "5'10" is none, and so has
// one with a sign before it, an exponent or words.
func Readings(figures string) (readings []Decimal) {
	figures = strings.TrimRight(alike(figures), marks+"-–—−")
	if last, size := utf8.DecodeLastRuneInString(figures); vulgar[last] != "" {
		figures = strings.TrimSpace(figures[:len(figures)-size])
		return appendReading(nil, figures, vulgar[last])
	}
	readings = appendReading(readings, figures, "")
	if at := strings.LastIndexAny(figures, marks); at >= 0 {
		mark, size := utf8.DecodeRuneInString(figures[at:])
		fraction, ok := ofThree(figures[at+size:])
		if whole := figures[:at]; ok && !strings.ContainsRune(whole, mark) {
			readings = appendReading(readings, whole, fraction)
		}
	}
	return readings
}

// appendReading adds the number of a whole part, which may be grouped or left out before a fraction, and the digits after the point.
func appendReading(readings []Decimal, whole, fraction string) []Decimal {
	digits, ok := ungroup(whole)
	if whole == "" && fraction != "" {
		digits, ok = "0", true
	}
	if !ok {
		return readings
	}
	if fraction != "" {
		digits += "." + fraction
	}
	if d, err := Parse(digits); err == nil {
		readings = append(readings, d)
	}
	return readings
}

// alike writes every space as one of ASCII and so every apostrophe, and the marks of East Asian type as those they are.
func alike(figures string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(apostrophes, r):
			return '\''
		case r == '．':
			return '.'
		case r == '・', r == '･':
			return '·'
		default:
			return r
		}
	}, figures))
}

// ungroup returns the digits of a whole number: without marks, or grouped by one of them, an apostrophe beside it, in threes, in fours where
// myriads are counted, or as in India in twos before a last three.
func ungroup(whole string) (digits string, ok bool) {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	groups := strings.FieldsFunc(whole, func(r rune) bool { return !isDigit(r) })
	digits = strings.Join(groups, "")
	between := strings.Join(strings.FieldsFunc(whole, isDigit), "")
	oneMark := strings.ReplaceAll(between, "'", "")
	mark, _ := utf8.DecodeRuneInString(oneMark)
	switch {
	case digits == "", utf8.RuneCountInString(between) != len(groups)-1, strings.Trim(oneMark, string(mark)) != "":
		return "", false
	case len(groups) == 1:
		return digits, true
	case digits[0] == '0', oneMark != "" && !strings.ContainsRune(marks+" _，", mark):
		return "", false
	}
	return digits, areGroups(groups, 3, 3) || areGroups(groups, 2, 3) || areGroups(groups, 4, 4) && !strings.ContainsAny(whole, ".·")
}

// areGroups says that the last group has so many digits, those before so many, and the first no more than those.
func areGroups(groups []string, size, last int) bool {
	for i, group := range groups {
		switch {
		case i == len(groups)-1 && len(group) != last, i > 0 && i < len(groups)-1 && len(group) != size, i == 0 && len(group) > size:
			return false
		}
	}
	return true
}

// ofThree returns the digits of a fraction, which spaces may part into threes.
func ofThree(fraction string) (digits string, ok bool) {
	groups := strings.Split(fraction, " ")
	for i, group := range groups {
		if len(group) == 0 || len(group) > 3 && len(groups) > 1 || len(group) < 3 && i < len(groups)-1 || strings.Trim(group, "0123456789") != "" {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}
