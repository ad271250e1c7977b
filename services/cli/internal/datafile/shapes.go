package datafile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// shapes are what the periods of a file look like, each by the first that does: by itself
// 2010-11 may be November or the fiscal year that ends in 2011, and 2005-09 September or
// five years.
type shapes struct {
	// month is one that can be no span of years, such as 2010-05, and span one that can be no
	// month, such as 2012-13.
	month, span string
	// merged are two that the mapping writes as one, and written the last of each that it
	// writes by a layout, if that writes periods as longer ones.
	merged  [2]string
	layout  TimeLayout
	written map[string]moment
}

func newShapes(m *Mapping) *shapes {
	s := &shapes{}
	if m != nil && len(m.Codes[idPeriod]) == 0 && m.Times[idPeriod].loses() {
		s.layout, s.written = m.Times[idPeriod], map[string]moment{}
	}
	return s
}

// moment is a period that a layout reads.
type moment struct {
	at   time.Time
	text string
}

// merges takes note of a period that the layout writes as a longer one, of which it has written
// others before.
func (s *shapes) merges(period string) {
	if s.written == nil || s.merged[0] != "" || period == "" {
		return
	}
	read, err := time.Parse(s.layout.Read, period)
	if err != nil {
		return // it is said where it is read
	}
	written := read.Format(s.layout.Write)
	if other, has := s.written[written]; has && !other.at.Equal(read) {
		s.merged = [2]string{other.text, period}
	}
	s.written[written] = moment{read, period}
}

// see takes note of a period.
func (s *shapes) see(period string) {
	s.merges(period)
	second, is := secondOf(period)
	if !is {
		return
	}
	switch last := lastYear(period); {
	case s.month == "" && last == 0 && isMonth(second):
		s.month = period
	case s.span == "" && !isMonth(second) && (last != 0 || !isSeason(second)):
		s.span = period
	}
}

func isMonth(second int) bool { return second >= 1 && second <= 12 }

// isSeason says that EDTF has a season, a quarter or another part of the year by a number.
func isSeason(second int) bool { return second >= 21 && second <= 41 }

// secondOf is the number after the year in a period such as 2010-11.
func secondOf(period string) (int, bool) {
	if len(period) != len("2010-11") || period[4] != '-' {
		return 0, false
	}
	_, yearErr := strconv.ParseUint(period[:4], 10, 16)
	second, err := strconv.ParseUint(period[5:], 10, 16)
	return int(second), yearErr == nil && err == nil
}

// spanYears is after how many years a period such as 2010-20 ends at most.
const spanYears = 10

// lastYear is the year that a period ends in if it may be a span of years, and 0 of one that
// cannot be: 2010-11, 2005-09, 2020-21 or 2020/2021.
func lastYear(period string) int {
	if second, is := secondOf(period); is {
		first, _ := strconv.Atoi(period[:4])
		years := (second - first%century + century) % century
		if years < 1 || years > spanYears || second >= century {
			return 0
		}
		return first + years
	}
	from, to, _ := strings.Cut(period, "/")
	first, firstErr := strconv.ParseUint(from, 10, 16)
	second, secondErr := strconv.ParseUint(to, 10, 16)
	if firstErr != nil || secondErr != nil || len(from) != len("2020") || len(to) != len("2021") || first+1 != second {
		return 0
	}
	return int(second)
}

// shapesOf finds out what the periods of a table look like, in all of its rows. It is asked
// when there is one that may be either, and reading then goes on where it was: so a stream
// that is longer than its start cannot be.
func (t *tableReader) shapesOf(from io.Reader, start []byte, delimiter rune) (found *shapes, err error) {
	seeker, at := seekable(from)
	switch {
	case seeker == nil && len(start) < sniffed:
		return t.look(bytes.NewReader(start), delimiter)
	case seeker == nil:
		return nil, errors.New("all of it must be read first, so it must be a file, not a stream")
	}
	defer func() {
		_, back := seeker.Seek(at, io.SeekStart)
		err = errors.Join(err, back)
	}()
	if _, err := seeker.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return t.look(seeker, delimiter)
}

// seekable is a file and where reading it is; nil of a stream.
func seekable(from io.Reader) (io.ReadSeeker, int64) {
	seeker, is := from.(io.ReadSeeker)
	if !is {
		return nil, 0
	}
	at, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0
	}
	return seeker, at
}

// look takes note of the periods of a table that is read from its start.
func (t *tableReader) look(from io.Reader, delimiter rune) (*shapes, error) {
	records, record := t.records, t.record
	defer func() { t.records, t.record = records, record }()
	found := newShapes(t.mapping)
	t.records = newRecords(from, delimiter)
	_, err := headerRow(t.records, t.mapping)
	for {
		_, refused := errors.AsType[*interchange.RowError](err)
		if err != nil && !refused {
			break
		}
		if t.record, err = t.records.next(); err == nil && t.shape() == nil && !t.skipped() {
			t.periods(found.see)
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, errTooLong) { // which is said where it is read
		return found, nil
	}
	return nil, err
}

// periods are those of the row.
func (t *tableReader) periods(see func(string)) {
	period := part{fixedPart, idPeriod}
	for _, one := range t.sets {
		if one.part == period {
			see(t.expand(one.text, ""))
		}
	}
	for i, one := range t.header.columns {
		if one.group == 0 {
			if one.part == period && !one.ignored {
				see(t.clean(i))
			}
			continue
		}
		for _, of := range t.groups[one.group-1] {
			if of.part == period {
				see(t.expand(of.text, one.text))
			}
		}
	}
}

// composed says that the mapping puts all periods together, and itself writes what stands
// between a year and its part: what they look like was somebody's choice.
func (t *tableReader) composed() bool {
	period, found := part{fixedPart, idPeriod}, false
	for _, settings := range append(t.groups, t.sets) {
		for _, one := range settings {
			if one.part != period {
				continue
			}
			if found = true; len(one.text) < 2 || !slices.ContainsFunc(one.text, func(p piece) bool { return strings.Contains(p.text, "-") }) {
				return false
			}
		}
	}
	return found && !t.header.components()[period]
}
