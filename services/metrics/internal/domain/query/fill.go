package query

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// TooLong is the error of a series of more than MaxFigures.
func TooLong() error {
	return errs.New(errs.FailedPrecondition, "SERIES_TOO_LONG",
		"the series has, or its gaps make, more than %d observations: ask for a period", MaxFigures)
}

// line is a chain of periods that follow each other: of one source, or of the best, at one phase of the year.
type line struct {
	source string
	phase  int
}

// fillGaps puts a row where a line has no figure between its first and its last.
func (p *Plan) fillGaps(frequency string, rows []row) ([]row, error) {
	if p.Fill == "" {
		return rows, nil
	}
	lines := map[line]map[int]row{}
	for _, r := range rows {
		slot, regular := slotOf(frequency, r.o.Period)
		if !regular || r.o.Kind == domain.KindChange {
			continue
		}
		of := line{phase: floorMod(slot, stepOf(frequency))}
		if !p.Best {
			of.source = r.source()
		}
		if lines[of] == nil {
			lines[of] = map[int]row{}
		}
		lines[of][slot] = r
	}
	filled := slices.Clone(rows)
	for _, of := range lines {
		var err error
		if filled, err = p.fillLine(frequency, of, filled); err != nil {
			return nil, err
		}
	}
	p.sort(filled)
	return filled, nil
}

// fillLine appends what fills the gaps of one line.
func (p *Plan) fillLine(frequency string, of map[int]row, filled []row) ([]row, error) {
	slots := slices.Sorted(maps.Keys(of))
	var numbered *row // the last row that has a number
	for i, slot := range slots {
		r := of[slot]
		if r.hasNumber() {
			numbered = &r
		}
		if i+1 == len(slots) {
			break
		}
		for gap := slot + stepOf(frequency); gap < slots[i+1]; gap += stepOf(frequency) {
			if len(filled) >= MaxFigures {
				return nil, TooLong()
			}
			if period, ok := periodAt(frequency, gap); ok {
				filled = append(filled, p.filler(period, r, numbered))
			}
		}
	}
	return filled, nil
}

// filler is the row of a period that has no figure.
func (p *Plan) filler(period domain.TimePeriod, before row, numbered *row) row {
	if p.Fill == Previous && numbered != nil {
		o := *numbered.o
		from := o.Period
		o.Period, o.FilledFrom = period, &from
		return row{o: &o, numbers: numbered.numbers, made: numbered.made, faults: numbered.faults}
	}
	about := &domain.About{Source: before.o.About.Source, CountedObject: before.o.About.CountedObject}
	if p.Best {
		about = nil
	}
	unit := before.o.Normalized.Unit
	if before.numbers != nil {
		unit = before.numbers.unit
	}
	return row{o: &domain.Observation{Period: period, Kind: domain.NoValue, Normalized: domain.Normalized{Unit: unit}, About: about}}
}
