package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// A vintage is listed from its first figure on, but for its gaps: the times in which none of its figures stood. To readers those that are
// restricted do not stand, so they have gaps of their own. The table vintages counts the figures that stand: a gap begins when there is none
// left, and ends when there is one again.
var insertGap = recorddb.NewInsert("vintage_gaps", "metric", "source", "release", "public", "record_from", "record_to")

const (
	// vintageGaps is what tells that gaps and counts are made.
	vintageGaps = "vintage_gaps"
	// ofVintage is the condition of a vintage in a table.
	ofVintage = "metric = ? AND source = ? AND release = ?"
	// lastGap is the end of the last gap of a vintage v that began by a time, which comes after public.
	lastGap = `COALESCE((SELECT g.record_to FROM vintage_gaps g WHERE g.metric = v.metric AND g.source = v.source AND g.release = v.release
		AND g.public = ? AND g.record_from <= ? ORDER BY g.record_from DESC LIMIT 1), 0)`
)

// standing are how many figures of a vintage stand, to all and to the public, or how many more do than before.
type standing struct{ all, public int64 }

func (s standing) plus(other standing) standing {
	return standing{s.all + other.all, s.public + other.public}
}

func one(restricted bool) standing {
	if restricted {
		return standing{all: 1}
	}
	return standing{1, 1}
}

// enter notes that a figure stands in a vintage from now on, for countVintages.
func (w writer) enter(of vintage, restricted bool) {
	w.imports.moved[of] = w.imports.moved[of].plus(one(restricted))
}

// leave notes that a figure that stood in a vintage does no more.
func (w writer) leave(of vintage, wasRestricted bool) {
	left := one(wasRestricted)
	w.imports.moved[of] = w.imports.moved[of].plus(standing{-left.all, -left.public})
}

// followVintages keeps the vintages of two revisions of a figure in step with the newer one; the one before has number 0 if there is none in
// the table of revisions.
func (w writer) followVintages(before domain.Figure, figure *domain.Figure) error {
	if before.Revision != 0 && !before.Retracted() {
		of, _ := vintageOf(&before)
		w.leave(of, before.Restricted)
	}
	if figure.Retracted() {
		return nil
	}
	of, source := vintageOf(figure)
	w.enter(of, figure.Restricted)
	return w.listVintage(of, source, figure)
}

// countVintages counts what entered and left since it was called last. Whatever puts figures on record ends with it.
func (w writer) countVintages() error {
	for of, moved := range w.imports.moved {
		if moved == (standing{}) {
			continue
		}
		if err := w.countVintage(of, moved); err != nil {
			return err
		}
	}
	clear(w.imports.moved)
	return nil
}

// countVintage counts figures of one vintage, and begins and ends its gaps.
func (w writer) countVintage(of vintage, moved standing) error {
	was, err := w.standing(of)
	if err != nil {
		return err
	}
	is := was.plus(moved)
	if is.public < 0 || is.public > is.all {
		return errs.New(errs.Internal, "INTERNAL", "the count of a vintage is damaged: that of metrics/%s, source %q, release %q would have %d figures, %d of them public",
			of.metric, of.source, of.release, is.all, is.public).NotWritten()
	}
	err = w.Tx.ExecOne("UPDATE vintages SET figures = ?, public_figures = ? WHERE "+ofVintage, is.all, is.public, of.metric, of.source, of.release)
	if err == nil {
		err = w.followGap(of, false, was.all, is.all)
	}
	if err == nil {
		err = w.followGap(of, true, was.public, is.public)
	}
	return err
}

// standing reads how many figures of a vintage stand. UNAVAILABLE, reason STORAGE_OPENING, while a migration counts them: what it has
// counted yet says nothing, and to count on from there would be wrong for ever.
func (w writer) standing(of vintage) (count standing, err error) {
	counted := false
	const sql = "SELECT figures, public_figures, (SELECT code FROM derived WHERE name = '" + vintageGaps + "') FROM vintages WHERE " + ofVintage
	_, err = w.Conn.QueryOne(sql, func(row recorddb.Row) error {
		count, counted = standing{row.Int64(0), row.Int64(1)}, row.Int64(2) != 0
		return nil
	}, of.metric, of.source, of.release)
	if err == nil && !counted {
		return count, recorddb.NotOpen("a migration counts the figures of vintages: none is written meanwhile")
	}
	return count, err
}

// followGap begins or ends a gap of a vintage where the count of its figures became or was 0.
func (w writer) followGap(of vintage, public bool, was, is int64) error {
	now := w.Tx.RecordTime()
	switch {
	case was != 0 && is == 0:
		return w.Tx.Insert(insertGap, of.metric, of.source, of.release, public, now, recordtime.Forever)
	case was != 0 || is == 0:
		return nil
	}
	// One that began in this transaction was never anybody's answer.
	err := w.Tx.Exec("DELETE FROM vintage_gaps WHERE "+ofVintage+" AND public = ? AND record_from = ?", of.metric, of.source, of.release, public, now)
	if err != nil {
		return err
	}
	return w.Tx.Exec("UPDATE vintage_gaps SET record_to = ? WHERE "+ofVintage+" AND public = ? AND record_to = ?",
		now, of.metric, of.source, of.release, public, recordtime.Forever)
}

// vintageNumbered is the vintage of a metric that has a number: one that a figure has.
func (r reader) vintageNumbered(metric string, number int64) (of vintage, err error) {
	found, err := r.Conn.QueryOne("SELECT source, release FROM vintage_numbers WHERE metric = ? AND number = ?", func(row recorddb.Row) error {
		of = vintage{metric, row.Text(0), row.Text(1)}
		return nil
	}, metric, number)
	if err == nil && !found {
		err = errs.New(errs.Internal, "INTERNAL", "metrics/%s has no vintage with the number %d, which a figure has", metric, number).NotWritten()
	}
	return of, err
}
