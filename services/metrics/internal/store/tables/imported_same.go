package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// sameSeries are figures of one series and vintage that are looked for.
type sameSeries struct {
	series  *seriesState
	vintage vintage
	number  *vintageNumber
	// wanted are the places in the request by period, as it is spelled, and texts by the Text of it.
	wanted  map[string]int
	texts   map[string]int
	starts  map[recordtime.Time]bool
	figures []domain.Figure
	// moved are ids of imported figures that others than imports changed last.
	moved []string
}

// SameFigures finds the figures that stand for the same.
func (w writer) SameFigures(figures []domain.Figure) ([]store.Same, error) {
	if err := w.learnSeries(figures); err != nil {
		return nil, err
	}
	groups, err := w.sameGroups(figures)
	if err != nil {
		return nil, err
	}
	found := make([]store.Same, len(figures))
	for _, group := range groups {
		if group.series.number != 0 && group.number.number != 0 && !group.series.fresh && !group.number.fresh {
			if err := w.sameImported(group, found); err != nil {
				return nil, err
			}
		}
		if group.series.points {
			if err := w.sameWide(group, found); err != nil {
				return nil, err
			}
		}
		if err := w.sameRetracted(group, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// sameGroups puts figures of one series and vintage together.
func (w writer) sameGroups(figures []domain.Figure) (groups []*sameSeries, err error) {
	type place struct {
		series  *seriesState
		vintage vintage
	}
	at := map[place]*sameSeries{}
	var of vintage
	var text string
	for i := range figures {
		f := &figures[i]
		if i == 0 || f.Origin != figures[i-1].Origin || f.Release != figures[i-1].Release {
			of, _ = vintageOf(f)
		}
		if i == 0 || !sameKey(f.Series(), figures[i-1].Series()) {
			text = f.Series().Text()
		}
		series := w.series[text]
		group := at[place{series, of}]
		if group == nil {
			number, err := w.findVintage(of)
			if err != nil {
				return nil, err
			}
			group = &sameSeries{series: series, vintage: of, number: number, figures: figures,
				wanted: map[string]int{}, texts: map[string]int{}, starts: map[recordtime.Time]bool{}}
			at[place{series, of}] = group
			groups = append(groups, group)
		}
		group.wanted[f.Period.EDTF] = i
		group.texts[f.Period.Text()] = i
		group.starts[f.Period.SortKey()] = true
	}
	return groups, nil
}

// place is that in the request of what is of a period: of the row that spells it so, else of one that spells it otherwise.
func (g *sameSeries) place(p domain.TimePeriod) (i int, wanted bool) {
	if i, wanted = g.wanted[p.EDTF]; !wanted {
		i, wanted = g.texts[p.Text()]
	}
	return i, wanted
}

// chunks calls query with the starts in pieces for an IN list.
func (g *sameSeries) chunks(query func(list string, starts []any) error) error {
	return recorddb.In(slices.Collect(maps.Keys(g.starts)), query)
}

// sameImported looks among the figures that only imports changed.
func (w writer) sameImported(g *sameSeries, found []store.Same) error {
	return g.chunks(func(list string, starts []any) error {
		args := []any{g.series.number}
		for _, start := range starts {
			args = append(args, secondOf(start.(recordtime.Time))) //nolint:forcetypeassert // as chunks has them
		}
		args = append(args, g.number.first(), g.number.first()+slotsPerVintage)
		rows, err := w.importedIntervals("SELECT "+importedColumns+", s.ended FROM observations s WHERE s.series = ? AND s.start_second IN ("+list+
			") AND s.slot >= ? AND s.slot < ?", args...)
		if err != nil {
			return err
		}
		current, ended := map[domain.ImportedID]bool{}, map[domain.ImportedID]bool{}
		for _, read := range rows {
			place := read.row.key
			place.Slot = g.number.first()
			w.imports.places[place] = max(w.imports.places[place], read.row.key.Slot-place.Slot+1)
			if read.to != recordtime.Forever {
				ended[read.row.key] = true
				continue
			}
			current[read.row.key] = true
			figure, err := w.figureOf(read.row)
			if err != nil {
				return err
			}
			i, wanted := g.place(figure.Period)
			switch {
			case wanted && figure.Retracted():
				later(&found[i], figure)
			case wanted:
				stands(&found[i], figure, g.figures[i].Period)
				w.imports.open[figure.ID] = true
			}
		}
		for key := range ended {
			if !current[key] {
				g.moved = append(g.moved, key.String())
			}
		}
		return nil
	})
}

// sameWide looks among all other figures.
func (w writer) sameWide(g *sameSeries, found []store.Same) error {
	return g.chunks(func(list string, starts []any) error {
		var ids []string
		args := append(append([]any{g.series.text}, starts...), recordtime.Forever)
		err := w.Conn.Query("SELECT figure FROM series_points WHERE series = ? AND period_start IN ("+list+") AND record_to = ?",
			func(row recorddb.Row) error {
				ids = append(ids, row.Text(0))
				return nil
			}, args...)
		if err != nil || len(ids) == 0 {
			return err
		}
		slices.Sort(ids)
		figures, err := byID(w.reader, figureTable, ids, store.Newest, figureFields)
		if err != nil {
			return err
		}
		for _, id := range ids {
			figure := figures[id]
			i, wanted := g.place(figure.Period)
			if of, _ := vintageOf(&figure); wanted && of == g.vintage {
				stands(&found[i], figure, g.figures[i].Period)
			}
		}
		return nil
	})
}

// sameRetracted looks, where none stands, for those that others than imports retracted.
func (w writer) sameRetracted(g *sameSeries, found []store.Same) error {
	ids := g.moved
	missing := sameSeries{starts: map[recordtime.Time]bool{}}
	for _, i := range g.wanted {
		if found[i].Figure.ID == "" {
			missing.starts[g.figures[i].Period.SortKey()] = true
		}
	}
	if len(missing.starts) == 0 {
		return nil
	}
	if g.series.points {
		err := missing.chunks(func(list string, starts []any) error {
			args := append(append([]any{g.series.text}, starts...), recordtime.Forever)
			return w.Conn.Query("SELECT DISTINCT figure FROM series_points WHERE series = ? AND period_start IN ("+list+") AND record_to <> ?",
				func(row recorddb.Row) error {
					ids = append(ids, row.Text(0))
					return nil
				}, args...)
		})
		if err != nil {
			return err
		}
	}
	figures, err := byID(w.reader, figureTable, ids, store.Newest, figureFields)
	if err != nil {
		return err
	}
	for _, figure := range figures {
		i, wanted := g.place(figure.Period)
		of, _ := vintageOf(&figure)
		if wanted && figure.Retracted() && of == g.vintage && figure.Series().Text() == g.series.text {
			later(&found[i], figure)
		}
	}
	return nil
}

// stands adds a figure that stands. Those that spell the period as the row does go before others.
func stands(same *store.Same, figure domain.Figure, period domain.TimePeriod) {
	same.Retracted = nil
	spelled, before := figure.Period.EDTF == period.EDTF, same.Figure.Period.EDTF == period.EDTF
	switch {
	case same.Figure.ID == "", spelled && !before:
		same.Figure, same.Others = figure, nil
		return
	case before && !spelled:
		return
	}
	same.Others = append(same.Others, figure.ID)
	slices.Sort(same.Others)
}

// later keeps of two tombstones the one that was recorded last, if no figure stands.
func later(same *store.Same, tombstone domain.Figure) {
	if same.Figure.ID != "" {
		return
	}
	if last := same.Retracted; last == nil || last.UpdateTime < tombstone.UpdateTime ||
		last.UpdateTime == tombstone.UpdateTime && last.ID < tombstone.ID {
		same.Retracted = &tombstone
	}
}
