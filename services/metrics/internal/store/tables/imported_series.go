package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// slotsPerVintage is how many figures may have series, start and vintage in common, retracted ones included.
const slotsPerVintage = 1 << 16

// vintage is what a source put out of a metric at one time; release as in domain.ReleaseText.
type vintage struct{ metric, source, release string }

// vintageNumber is the number of a vintage.
type vintageNumber struct {
	of     vintage
	number int64
	fresh  bool // new in this transaction
}

// first is the first of its slots.
func (n *vintageNumber) first() int64 { return n.number * slotsPerVintage }

func vintageOf(f *domain.Figure) (vintage, domain.Source) {
	source := domain.SourceOf(*f)
	return vintage{f.Metric, source.ID, f.ReleaseText()}, source
}

// numbered returns the series of a figure with its number, on record from now on.
func (w writer) numbered(f *domain.Figure) (*seriesState, error) {
	state, key := w.imports, f.Series()
	if state.lastSeries != nil && sameKey(state.lastKey, key) {
		return state.lastSeries, nil
	}
	series, err := w.stateOf(key)
	if err != nil {
		return nil, err
	}
	if series.number == 0 {
		number, err := w.next(&state.nextSeries, "SELECT MAX(number) FROM series")
		if err != nil {
			return nil, err
		}
		series.fresh = true
		if err := w.numberSeries(series, key, number); err != nil {
			return nil, err
		}
	}
	state.lastSeries, state.lastKey = series, key
	return series, nil
}

// noteLength keeps how long the longest period of a series is. A later revision of an imported figure has the period of the first.
func (w writer) noteLength(series *seriesState, f *domain.Figure) error {
	if !f.Period.Dated() {
		return nil
	}
	length := ceilSecond(f.Period.End) - floorSecond(f.Period.Start)
	if length <= series.longest {
		return nil
	}
	series.longest = length
	return w.Tx.ExecOne("UPDATE series SET longest = ? WHERE number = ?", length, series.number)
}

// vintageNumber returns the number of the vintage of a figure, a new one if it has none.
func (w writer) vintageNumber(f *domain.Figure) (*vintageNumber, error) {
	if last := w.imports.lastOf; last != nil && f.Origin != nil && last.Origin == f.Origin && last.Release == f.Release && last.Metric == f.Metric &&
		last.DocumentVersion == f.DocumentVersion && last.Claimant == f.Claimant && last.AttributedProducer == f.AttributedProducer {
		return w.imports.lastNumber, nil
	}
	number, err := w.numberOf(f)
	last := *f
	w.imports.lastOf, w.imports.lastNumber = &last, number
	return number, err
}

func (w writer) numberOf(f *domain.Figure) (*vintageNumber, error) {
	of, source := vintageOf(f)
	number, err := w.findVintage(of)
	if err != nil || number.number != 0 {
		return number, err
	}
	if number.number, err = w.next(counterOf(w.imports.nextNumber, f.Metric), "SELECT MAX(number) FROM vintage_numbers WHERE metric = ?", f.Metric); err != nil {
		return nil, err
	}
	number.fresh = true
	return number, w.putVintage(of, source, f, number.number)
}

// findVintage reads the number of a vintage, 0 if it has none.
func (w writer) findVintage(of vintage) (*vintageNumber, error) {
	if found := w.imports.vintages[of]; found != nil {
		return found, nil
	}
	number := &vintageNumber{of: of}
	_, err := w.Conn.QueryOne("SELECT number FROM vintage_numbers WHERE metric = ? AND source = ? AND release = ?", func(row recorddb.Row) error {
		number.number = row.Int64(0)
		return nil
	}, of.metric, of.source, of.release)
	w.imports.vintages[of] = number
	return number, err
}

var insertVintageNumber = recorddb.NewInsert("vintage_numbers", "metric", "number", "source", "release")

func (w writer) putVintage(of vintage, source domain.Source, f *domain.Figure, number int64) error {
	if err := w.Tx.Insert(insertVintageNumber, of.metric, number, of.source, of.release); err != nil {
		return err
	}
	return w.listVintage(of, source, f)
}

// listVintage lists a vintage if it is new, and for the public with the first figure of it that is not restricted.
func (w writer) listVintage(of vintage, source domain.Source, f *domain.Figure) error {
	if w.imports.listed[of] || f.Restricted && w.imports.restricted[of] {
		return nil
	}
	end := w.Tx.RecordTime()
	if f.Release != nil && f.Release.Dated() {
		end = f.Release.End
	}
	var publicFrom, publicEnd any
	known := w.imports.restricted
	if !f.Restricted {
		publicFrom, publicEnd, known = w.Tx.RecordTime(), end, w.imports.listed
	}
	known[of] = true
	return w.Tx.Exec(`INSERT INTO vintages (metric, source, release, release_end, record_from, snapshot, public_from, public_end)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (metric, source, release) DO UPDATE
		SET public_from = excluded.public_from, public_end = excluded.public_end, public_snapshot = excluded.snapshot
		WHERE vintages.public_from IS NULL AND excluded.public_from IS NOT NULL`,
		of.metric, of.source, of.release, end, w.Tx.RecordTime(), encodeVintage(&domain.Vintage{Source: source, Release: f.Release}), publicFrom, publicEnd)
}

// deriveVintage lists the vintage of a revision recorded at a time.
func (w writer) deriveVintage(f *domain.Figure, at recordtime.Time) error {
	of, source := vintageOf(f)
	past := newWriter(recorddb.At(w.Tx, at), w.dialect)
	if err := past.listVintage(of, source, f); err != nil {
		return err
	}
	// Revisions do not come in the order of time.
	err := w.Tx.Exec("UPDATE vintages SET record_from = ? WHERE "+ofVintage+" AND record_from > ?", at, of.metric, of.source, of.release, at)
	if err == nil && !f.Restricted {
		err = w.Tx.Exec("UPDATE vintages SET public_from = ? WHERE "+ofVintage+" AND public_from > ?", at, of.metric, of.source, of.release, at)
	}
	if err != nil || of.release != "" {
		return err
	}
	return w.Tx.Exec("UPDATE vintages SET release_end = record_from, public_end = public_from WHERE "+ofVintage, of.metric, of.source, "")
}

// takeKey makes series and vintage have the numbers that a key says they have: a copy keeps its ids.
func (w writer) takeKey(key domain.ImportedID, f *domain.Figure) error {
	of, source := vintageOf(f)
	series, err := w.stateOf(f.Series())
	if err != nil {
		return err
	}
	if series.number == 0 {
		if err := w.numberSeries(series, f.Series(), key.Series); err != nil {
			return err
		}
	}
	if err := w.noteLength(series, f); err != nil {
		return err
	}
	number, err := w.findVintage(of)
	if err != nil || number.number != 0 {
		return err
	}
	number.number = key.Slot / slotsPerVintage
	return w.putVintage(of, source, f, number.number)
}

// vintageFields is what is listed of a vintage.
func vintageFields(c *snapshot.Codec, v *domain.Vintage) {
	snapshot.Struct(c, 1, &v.Source, sourceFields)
	snapshot.Pointer(c, 2, &v.Release, periodFields)
}

func encodeVintage(v *domain.Vintage) []byte { return snapshot.Append(nil, v, vintageFields) }
