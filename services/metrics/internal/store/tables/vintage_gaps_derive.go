package tables

import (
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Gaps are made anew by taking from one for ever, for each vintage, the times in which a figure of it stood, in whatever order; what stands
// now is counted.

// vintageSpan is a time in which figures of a vintage stood, and how many of them stand now.
type vintageSpan struct {
	of       vintage
	from, to recordtime.Time
	standing int64
}

// beginDerivingGaps makes those that the figures of observations leave.
func (w writer) beginDerivingGaps() error {
	if err := w.Tx.Exec("DELETE FROM vintage_gaps"); err != nil {
		return err
	}
	if err := w.Tx.Exec("UPDATE vintages SET figures = 0, public_figures = 0 WHERE figures <> 0 OR public_figures <> 0"); err != nil {
		return err
	}
	err := w.Tx.Exec(`INSERT INTO vintage_gaps (metric, source, release, public, record_from, record_to)
		SELECT metric, source, release, 0, record_from, CAST(? AS BIGINT) FROM vintages UNION ALL
		SELECT metric, source, release, 1, public_from, CAST(? AS BIGINT) FROM vintages WHERE public_from IS NOT NULL`,
		recordtime.Forever, recordtime.Forever)
	if err != nil {
		return err
	}
	spans, err := w.importedSpans()
	for i := 0; err == nil && i < len(spans); i++ {
		s := spans[i]
		if err = w.fillGaps(s.of, false, s.from, s.to); err == nil && s.standing > 0 {
			err = w.addStanding(s.of, standing{s.standing, s.standing})
		}
	}
	return err
}

// importedSpans are the times in which the figures of observations stood, those of one vintage apart from each other.
func (w writer) importedSpans() (spans []vintageSpan, err error) {
	err = w.Conn.Query(`SELECT m.metric, m.source, m.release, o.record_from, o.record_to, o.standing FROM (
			SELECT n.metric, s.slot / `+strconv.Itoa(slotsPerVintage)+` AS number, s.record_from,
				MAX(CASE WHEN s.ended = 0 THEN CAST(? AS BIGINT) ELSE s.ended END) AS record_to, SUM(CASE WHEN s.ended = 0 THEN 1 ELSE 0 END) AS standing
			FROM series n JOIN observations s ON s.series = n.number WHERE s.deleted = 0 GROUP BY 1, 2, 3
		) o JOIN vintage_numbers m ON m.metric = o.metric AND m.number = o.number ORDER BY m.metric, m.number, o.record_from`, func(row recorddb.Row) error {
		next := vintageSpan{vintage{row.Text(0), row.Text(1), row.Text(2)}, recorddb.Time(row, 3), recorddb.Time(row, 4), row.Int64(5)}
		if n := len(spans) - 1; n >= 0 && spans[n].of == next.of && next.from <= spans[n].to {
			spans[n].to, spans[n].standing = max(spans[n].to, next.to), spans[n].standing+next.standing
		} else {
			spans = append(spans, next)
		}
		return nil
	}, recordtime.Forever)
	return spans, err
}

// deriveGaps takes the time of one revision of a figure out of them.
func (w writer) deriveGaps(row revtable.Row) error {
	var figure domain.Figure
	if err := decode(string(row.Snapshot), &figure, figureFields); err != nil || figure.Retracted() || row.From == row.To {
		return err
	}
	of, _ := vintageOf(&figure)
	if err := w.fillGaps(of, figure.Restricted, row.From, row.To); err != nil || row.To != recordtime.Forever {
		return err
	}
	return w.addStanding(of, one(figure.Restricted))
}

// addStanding counts figures that stand in a vintage.
func (w writer) addStanding(of vintage, more standing) error {
	return w.Tx.ExecOne("UPDATE vintages SET figures = figures + ?, public_figures = public_figures + ? WHERE "+ofVintage,
		more.all, more.public, of.metric, of.source, of.release)
}

// fillGaps takes a time in which a figure of a vintage stood out of its gaps.
func (w writer) fillGaps(of vintage, restricted bool, from, to recordtime.Time) error {
	type gap struct {
		public   bool
		from, to recordtime.Time
	}
	var gaps []gap
	err := w.Conn.Query("SELECT public, record_from, record_to FROM vintage_gaps WHERE "+ofVintage+" AND record_from < ? AND ? < record_to", func(row recorddb.Row) error {
		if public := row.Bool(0); !public || !restricted {
			gaps = append(gaps, gap{public, recorddb.Time(row, 1), recorddb.Time(row, 2)})
		}
		return nil
	}, of.metric, of.source, of.release, to, from)
	for _, g := range gaps {
		if err != nil {
			return err
		}
		err = w.Tx.ExecOne("DELETE FROM vintage_gaps WHERE "+ofVintage+" AND public = ? AND record_from = ?", of.metric, of.source, of.release, g.public, g.from)
		if err == nil && g.from < from {
			err = w.Tx.Insert(insertGap, of.metric, of.source, of.release, g.public, g.from, from)
		}
		if err == nil && to < g.to {
			err = w.Tx.Insert(insertGap, of.metric, of.source, of.release, g.public, to, g.to)
		}
	}
	return err
}
