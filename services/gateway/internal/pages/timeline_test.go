package pages_test

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// said is what the speaker of the example said in some years, the newest first; at an
// unknown time in year 0.
func said(r *record, years ...int) {
	first := r.statements[0]
	r.statements = nil
	for i, y := range years {
		s := proto.CloneOf(first)
		s.Name, s.StatementTime = fmt.Sprintf("statements/s%d", i), notStated()
		if y != 0 {
			start := time.Date(y, 5, 1, 0, 0, 0, 0, time.UTC)
			s.StatementTime = &typev1.TimePeriod{Edtf: start.Format("2006-01-02"), StartTime: timestamppb.New(start), EndTime: timestamppb.New(start.AddDate(0, 0, 1))}
		}
		r.statements = append(r.statements, s)
	}
}

func TestTimelineGoesByYear(t *testing.T) {
	r := example()
	said(r, 2024, 2024, 2019, 0)
	r.corrections = []*typev1.Correction{{Subject: "statements/s1", Kind: typev1.Correction_ERROR, Reason: "Another said it."}}
	a := get(t, explorer(t, r), "/entities/speaker")
	checkDocument(t, "timeline", a)
	var years []string
	walk(byID(a.root, "timeline"), func(n *html.Node) {
		if n.Data == "h3" {
			years = append(years, textOf(n))
		}
	})
	must.Equal(t, years, []string{"2024", "2019", "Time not stated"})
	must.Contains(t, textOf(byID(a.root, "statement-s1")), "Corrected: Another said it.")
	must.Contains(t, textOf(byID(a.root, "statement-s0")), "860,000,000,000 USD")
	must.Contains(t, a.body, `class="strip"`)
	must.Contains(t, a.body, `href="/entities/speaker?read_time=2026-11-27T03%3A04%3A05.678901Z" rel="bookmark">Permalink`)
	must.Contains(t, a.body, ">2020</text>")

	const partly = "The line has the statements of this page only"
	must.False(t, strings.Contains(a.body, partly), "there are no others")
	r.next = "more"
	shows(t, byID(get(t, explorer(t, r), "/entities/speaker").root, "timeline"), partly)
	r.next = ""
	shows(t, byID(get(t, explorer(t, r), "/entities/speaker?page_token=last").root, "timeline"), partly)
}

// A time that has only an end is stated, though no year is known.
func TestTimelineSaysUntilWhen(t *testing.T) {
	r := example()
	said(r, 2024, 0, 0)
	end := timestamppb.New(time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC))
	r.statements[1].StatementTime = &typev1.TimePeriod{Edtf: "../2001", EndTime: end}
	var headings []string
	walk(byID(get(t, explorer(t, r), "/entities/speaker").root, "timeline"), func(n *html.Node) {
		if n.Data == "h3" {
			headings = append(headings, textOf(n))
		}
	})
	must.Equal(t, headings, []string{"2024", "until 2001", "Time not stated"})
}

// What was said centuries apart stands where its time is: a time.Duration ends at 292 years.
func TestTimelineOfCenturiesHasEachAtItsPlace(t *testing.T) {
	r := example()
	said(r, 2020, 1900, 1800, 1700, 1500)
	a := get(t, explorer(t, r), "/entities/speaker")
	checkDocument(t, "timeline", a)
	for i, year := range []int{2020, 1900, 1800, 1700, 1500} {
		_, mark, found := strings.Cut(a.body, fmt.Sprintf(`<a href="#statement-s%d" tabindex`, i))
		_, mark, there := strings.Cut(mark, ` x="`)
		must.True(t, found && there)
		at, _, _ := strings.Cut(mark, `%"`)
		where := must.Get(strconv.ParseFloat(at, 64))(t)
		must.True(t, math.Abs(where-float64(year-1500)/520*100) < 1, "%d stands at %v %%", year, where)
	}
	must.Contains(t, a.body, ">1875</text>")
}

func TestTimelineOfOneTimeHasNoLine(t *testing.T) {
	for _, years := range [][]int{{2024}, {2024, 2024}, {0, 0}, nil} {
		r := example()
		said(r, years...)
		a := get(t, explorer(t, r), "/entities/speaker")
		must.False(t, strings.Contains(a.body, `class="strip"`), "%v", years)
	}
	r := example()
	r.statements = nil
	must.Contains(t, get(t, explorer(t, r), "/entities/speaker").body, "No statement of theirs is on record yet.")
	must.Contains(t, get(t, explorer(t, r), "/entities/speaker?period=2019").body, "No statement of theirs from that time is on record yet.")
}

// TestAPeriodThatCannotBeReadKeepsTheForm, and says what is wrong with it.
func TestAPeriodThatCannotBeReadKeepsTheForm(t *testing.T) {
	a := get(t, explorer(t, example()), "/entities/speaker?period=last+year")
	must.Equal(t, a.code, http.StatusBadRequest)
	checkDocument(t, "entity", a)
	shows(t, a.root, "The Speaker", `Nothing is shown of that time: period: "last year" is not an EDTF date`)
	must.Contains(t, a.body, `value="last year"`)
	must.False(t, strings.Contains(a.body, "No statement of theirs"))
	a = get(t, explorer(t, example()), "/entities/speaker?period=2019&page_token=of+another+list") // the period is not at fault
	must.Equal(t, a.code, http.StatusBadRequest)
	checkDocument(t, "error", a)
	must.False(t, strings.Contains(a.body, "Nothing is shown of that time"))
}

func TestTimelineMarksFewTimes(t *testing.T) {
	r := example()
	said(r, 9999, 2024, 1066, 1)
	a := get(t, explorer(t, r), "/entities/speaker")
	checkDocument(t, "timeline", a)
	must.True(t, strings.Count(a.body, "<text") <= 14, "%d ticks", strings.Count(a.body, "<text"))
	r.statements = []*statementsv1.Statement{r.statements[0]}
	r.statements[0].StatementTime.EndTime = nil
	must.Equal(t, get(t, explorer(t, r), "/entities/speaker").code, 200)
}
