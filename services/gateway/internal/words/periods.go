package words

import (
	"strings"
	"time"
)

// Period reads the common forms of EDTF aloud; any other is shown as it is, such as an interval of
// which not all digits are known: from some year to some year says nothing of where it begins.
func Period(edtf string) string {
	from, to, interval := strings.Cut(edtf, "/")
	switch {
	case !interval:
		return dateWords(edtf)
	case strings.Contains(edtf, "X"):
		return edtf
	case from == "..":
		return "until " + dateWords(to)
	case from == "":
		return "from an unknown start to " + dateWords(to)
	case to == "..":
		return dateWords(from) + " onwards"
	case to == "":
		return dateWords(from) + " to an unknown end"
	}
	return dateWords(from) + " to " + dateWords(to)
}

// parts are the parts of a year that EDTF numbers. Of a season it does not say in which
// hemisphere.
var parts = map[string]string{
	"33": "first quarter of", "34": "second quarter of", "35": "third quarter of", "36": "fourth quarter of",
	"37": "first four months of", "38": "second four months of", "39": "third four months of",
	"40": "first half of", "41": "second half of",
	"21": "spring", "22": "summer", "23": "autumn", "24": "winter",
}

func dateWords(edtf string) string {
	date, prefix := edtf, ""
	switch {
	case strings.HasSuffix(edtf, "~"):
		date, prefix = strings.TrimSuffix(edtf, "~"), "about "
	case strings.HasSuffix(edtf, "?"):
		date, prefix = strings.TrimSuffix(edtf, "?"), "perhaps "
	case strings.HasSuffix(edtf, "%"):
		date, prefix = strings.TrimSuffix(edtf, "%"), "perhaps about "
	}
	if year, part, ok := strings.Cut(date, "-"); ok && len(year) == 4 && parts[part] != "" {
		return prefix + parts[part] + " " + year
	}
	if some := unspecified(date); some != "" {
		return prefix + some
	}
	for _, form := range []struct{ layout, words string }{
		{"2006", "2006"}, {"2006-01", "January 2006"}, {time.DateOnly, "2 January 2006"},
		{"2006-01-02T15:04:05Z", "2 January 2006, 15:04:05 UTC"}, {"2006-01-02T15:04:05-07:00", "2 January 2006, 15:04:05 -07:00"},
		{"2006-01-02T15:04:05-07", "2 January 2006, 15:04:05 -07:00"},
	} {
		if t, err := time.Parse(form.layout, date); err == nil {
			return prefix + t.Format(form.words)
		}
	}
	return edtf
}

// unspecified reads aloud a date of which not all digits are known: 201X, 2004-XX, 2004-05-XX,
// 2004-XX-XX, 201X-XX; "" of any other, such as XXXX-12-XX.
func unspecified(date string) string {
	whole := strings.TrimRight(date, "X")
	missing := len(date) - len(whole)
	of := strings.TrimSuffix(strings.TrimSuffix(whole, "-"), "-XX")
	switch {
	case missing == 0, strings.Contains(of, "X") && unspecified(of) == "":
		return ""
	case len(date) == 4 && (missing == 1 || missing == 2):
		return "some year from " + whole + strings.Repeat("0", missing) + " to " + whole + strings.Repeat("9", missing)
	case missing != 2 || !strings.HasSuffix(whole, "-"):
		return ""
	case len(date) == len("2006-XX"):
		return "some month of " + dateWords(of)
	case len(date) == len("2006-01-XX"):
		return "some day of " + dateWords(of)
	}
	return ""
}
