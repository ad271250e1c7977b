package transfer

import (
	"crypto/sha256"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// figureKey is which figure of a metric an observation is. period is EDTF.
type figureKey struct {
	series key
	period string
}

// keyOfFigure is the key of a figure. Of a symmetric metric two dimensions may be
// exchanged.
func keyOfFigure(metric *metricsv1.Metric, dimensions map[string]string, frequency metricsv1.Figure_Frequency, release, producer, title, period string) figureKey {
	text := &strings.Builder{}
	symmetric := metric.GetSymmetricDimensions()
	for _, id := range slices.Sorted(maps.Keys(dimensions)) {
		value := dimensions[id]
		if len(symmetric) == 2 {
			first, second := dimensions[symmetric[0]], dimensions[symmetric[1]]
			switch id {
			case symmetric[0]:
				value = min(first, second)
			case symmetric[1]:
				value = max(first, second)
			}
		}
		text.WriteString(id + "\x00" + value + "\x00")
	}
	for _, one := range []string{frequency.String(), release, producer, title} {
		text.WriteString("\x00" + one)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return figureKey{key(sum[:16]), sdmx.SamePeriod(sdmx.ReadPeriod(period))}
}

// seen is a set of figures. Those of a series whose periods follow each other take
// no more room than one, so that it holds most large files in little; periods of no
// size (2020~, 2019/..) and gaps each take room of their own.
type seen struct {
	series map[key]map[byte]*spans
	others map[figureKey]bool
}

func newSeen() *seen {
	return &seen{series: map[key]map[byte]*spans{}, others: map[figureKey]bool{}}
}

// add puts a figure into the set, and says whether it is new there.
func (s *seen) add(figure figureKey) bool {
	size, number, regular := ordinal(figure.period)
	if !regular {
		if s.others[figure] {
			return false
		}
		s.others[figure] = true
		return true
	}
	sizes := s.series[figure.series]
	if sizes == nil {
		sizes = map[byte]*spans{}
		s.series[figure.series] = sizes
	}
	if sizes[size] == nil {
		sizes[size] = &spans{}
	}
	return sizes[size].add(number)
}

// has says whether a figure is in the set.
func (s *seen) has(figure figureKey) bool {
	size, number, regular := ordinal(figure.period)
	if !regular {
		return s.others[figure]
	}
	in := s.series[figure.series][size]
	return in != nil && in.has(number)
}

// span is the numbers from first to last.
type span struct{ first, last int64 }

// spans are numbers, in order, none next to another.
type spans []span

// find is the place of the span that holds a number, or before which it belongs.
func (s *spans) find(number int64) (int, bool) {
	return slices.BinarySearchFunc(*s, number, func(one span, number int64) int {
		switch {
		case one.last < number:
			return -1
		case one.first > number:
			return 1
		}
		return 0
	})
}

func (s *spans) has(number int64) bool {
	_, in := s.find(number)
	return in
}

func (s *spans) add(number int64) bool {
	at, in := s.find(number)
	if in {
		return false
	}
	all := *s
	after := at < len(all) && all[at].first == number+1
	before := at > 0 && all[at-1].last == number-1
	switch {
	case before && after:
		all[at-1].last = all[at].last
		*s = slices.Delete(all, at, at+1)
	case before:
		all[at-1].last = number
	case after:
		all[at].first = number
	default:
		*s = slices.Insert(all, at, span{number, number})
	}
	return true
}

// shortPeriod is a year or a part of one, in EDTF.
var shortPeriod = regexp.MustCompile(`^(\d{4})(?:-(\d{2}))?$`)

// The groupings of EDTF: quarters, periods of four months and half-years.
const (
	firstQuarter, quarters     = 33, 4
	firstTrimester, trimesters = 37, 3
	firstHalf, halves          = 40, 2
	months                     = 12
)

// ordinal numbers the periods of one size, a letter of SDMX. regular is false of any
// other period.
func ordinal(period string) (size byte, number int64, regular bool) {
	if from, to, is := strings.Cut(period, "/"); is {
		return week(from, to)
	}
	found := shortPeriod.FindStringSubmatch(period)
	if found == nil {
		day, err := time.Parse(time.DateOnly, period)
		return 'D', day.Unix() / secondsADay, err == nil
	}
	year, _ := strconv.ParseInt(found[1], 10, 64)
	if found[2] == "" {
		return 'A', year, true
	}
	part, _ := strconv.ParseInt(found[2], 10, 64)
	for _, of := range []struct {
		size         byte
		first, count int64
	}{{'M', 1, months}, {'Q', firstQuarter, quarters}, {'T', firstTrimester, trimesters}, {'S', firstHalf, halves}} {
		if n := part - of.first; n >= 0 && n < of.count {
			return of.size, of.count*year + n, true
		}
	}
	return 0, 0, false
}

const (
	secondsADay = 24 * 60 * 60
	daysAWeek   = 7
)

// week numbers an interval that is a week from Monday on.
func week(from, to string) (size byte, number int64, regular bool) {
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return 0, 0, false
	}
	last, err := time.Parse(time.DateOnly, to)
	if err != nil || first.Weekday() != time.Monday || last.Sub(first) != (daysAWeek-1)*24*time.Hour {
		return 0, 0, false
	}
	// 1 January 1970 is a Thursday: counted from the Monday before it, weeks are whole.
	const thursday = 3
	return 'W', (first.Unix()/secondsADay + thursday) / daysAWeek, true
}
