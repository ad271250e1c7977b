package pages

import (
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// period is a TimePeriod for people.
type period struct {
	// Words is the time, or "not stated".
	Words string
	// EDTF is the notation that Words was made from, where they differ.
	EDTF string
	// Printed is how the source words it.
	Printed string
	Stated  bool
}

func newPeriod(p *typev1.TimePeriod) period {
	out := period{Printed: p.GetPrinted().GetText()}
	if p.GetEdtf() == "" {
		out.Words = "not stated"
		return out
	}
	out.Stated = true
	out.Words = periodWords(p.GetEdtf())
	if out.Words != p.GetEdtf() {
		out.EDTF = p.GetEdtf()
	}
	return out
}

// periodWords reads the common forms of EDTF aloud; any other is shown as it is.
func periodWords(edtf string) string {
	from, to, interval := strings.Cut(edtf, "/")
	if !interval {
		return dateWords(edtf)
	}
	switch {
	case from == ".." || from == "":
		return "until " + dateWords(to)
	case to == "..":
		return dateWords(from) + " onwards"
	case to == "":
		return dateWords(from) + " to an unknown end"
	}
	return dateWords(from) + " to " + dateWords(to)
}

var quarters = map[string]string{
	"33": "first quarter of", "34": "second quarter of", "35": "third quarter of", "36": "fourth quarter of",
	"40": "first half of", "41": "second half of",
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
	if year, part, ok := strings.Cut(date, "-"); ok && len(year) == 4 && quarters[part] != "" {
		return prefix + quarters[part] + " " + year
	}
	for _, form := range []struct{ layout, words string }{
		{"2006", "2006"}, {"2006-01", "January 2006"}, {time.DateOnly, "2 January 2006"},
		{"2006-01-02T15:04:05Z", "2 January 2006, 15:04:05 UTC"},
	} {
		if t, err := time.Parse(form.layout, date); err == nil {
			return prefix + t.Format(form.words)
		}
	}
	return edtf
}

// moment is a time on the record axis for people and for programs.
type moment struct{ Words, Machine string }

func newMoment(t *timestamppb.Timestamp) *moment {
	if t == nil {
		return nil
	}
	at := t.AsTime().UTC()
	return &moment{Words: at.Format("2 January 2006, 15:04:05 UTC"), Machine: at.Format(time.RFC3339Nano)}
}
