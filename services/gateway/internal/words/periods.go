package words

import (
	"strings"
	"time"
)

// Period reads the common forms of EDTF aloud; any other is shown as it is.
func Period(edtf string) string {
	from, to, interval := strings.Cut(edtf, "/")
	if !interval {
		return dateWords(edtf)
	}
	switch {
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
	for _, form := range []struct{ layout, words string }{
		{"2006", "2006"}, {"2006-01", "January 2006"}, {time.DateOnly, "2 January 2006"},
		{"2006-01-02T15:04:05Z", "2 January 2006, 15:04:05 UTC"}, {"2006-01-02T15:04:05-07:00", "2 January 2006, 15:04:05 -07:00"},
	} {
		if t, err := time.Parse(form.layout, date); err == nil {
			return prefix + t.Format(form.words)
		}
	}
	return edtf
}
