package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// importState is what one transaction knows of what imports write.
type importState struct {
	abouts     map[string]int64  // number by metric and hash
	nextAbout  map[string]*int64 // by metric
	recent     []recentAbout
	nextRecent int
	nextSeries int64
	lastSeries *seriesState
	lastKey    domain.SeriesKey
	vintages   map[vintage]*vintageNumber
	// lastNumber is the number of the vintage of lastOf.
	lastNumber *vintageNumber
	lastOf     *domain.Figure
	nextNumber map[string]*int64    // by metric
	listed     map[vintage]bool     // vintages that are surely listed for the public
	restricted map[vintage]bool     // vintages that are surely listed for those who read what is restricted
	moved      map[vintage]standing // what entered and left vintages and is not counted yet
	imported   map[string]bool      // metrics that have their row of imports
	// places are the ordinals in use by series, start and vintage.
	places map[domain.ImportedID]int64
	// open are ids of imported figures of which the newest revision is known to be an import's.
	open map[string]bool
}

func newImportState() *importState {
	return &importState{
		moved:  map[vintage]standing{},
		abouts: map[string]int64{}, vintages: map[vintage]*vintageNumber{},
		nextNumber: map[string]*int64{}, nextAbout: map[string]*int64{}, listed: map[vintage]bool{}, restricted: map[vintage]bool{}, imported: map[string]bool{},
		places: map[domain.ImportedID]int64{}, open: map[string]bool{},
	}
}

var insertImported = recorddb.NewInsert("observations",
	"series", "start_second", "slot", "record_from", "ended", "revision", "create_time", "deleted", "about", "data")

// compact says that a revision can stand in observations: what is restricted does not, so that all who read it read all of it.
func compact(f *domain.Figure) bool { return f.Note.Tag == domain.TagImport && !f.Restricted }

// PutImported puts revisions of imported figures on record.
func (w writer) PutImported(figures []domain.Figure, caller string) error {
	if err := w.putRestricted(figures, caller); err != nil {
		return err
	}
	for i := range figures {
		f := &figures[i]
		key, imported := domain.ParseImportedID(f.ID)
		var err error
		switch {
		case f.Restricted && f.Revision == 1:
		case f.Revision <= 1:
			err = w.putNew(f, caller)
		case !imported || !compact(f) || !w.imports.open[f.ID]:
			err = w.putFigure(*f, caller)
		default:
			err = w.replaceRow(key, true, f, caller)
		}
		if err != nil {
			return err
		}
	}
	return w.countVintages()
}

// putNew puts an imported figure on record that is new, with the Meta that it gets, if there is room for it.
func (w writer) putNew(f *domain.Figure, caller string) error {
	key, number, err := w.newKey(f)
	if err != nil || number == nil {
		return err
	}
	w.enter(number.of, false)
	f.Meta = domain.Meta{ID: key.String()}.First(w.RecordTime())
	f.UID, f.Note, f.Filed = domain.ImportedUID(f.ID, f.CreateTime), domain.RevisionNote{Tag: domain.TagImport}, true
	return w.putRow(key, f, caller)
}

// replaceRow ends the row that is current and puts the next. stood says that the one before is no tombstone.
func (w writer) replaceRow(key domain.ImportedID, stood bool, f *domain.Figure, caller string) error {
	if err := w.closeImported(key); err != nil {
		return err
	}
	if stood != !f.Retracted() {
		of, _ := vintageOf(f)
		if stood {
			w.leave(of, false)
		} else {
			w.enter(of, false)
		}
		delete(w.imports.open, f.ID)
	}
	return w.putRow(key, f, caller)
}

// putRestricted gives those of imported figures that are new and restricted their Meta, and puts them on record as any other figure.
func (w writer) putRestricted(figures []domain.Figure, caller string) error {
	var all []domain.Figure
	for i := range figures {
		f := &figures[i]
		if !f.Restricted || f.Revision != 0 {
			continue
		}
		uid := resource.NewUID()
		f.Meta = domain.Meta{ID: uid, UID: uid}.First(w.RecordTime())
		f.Note, f.Filed = domain.RevisionNote{Tag: domain.TagImport}, true
		all = append(all, *f)
	}
	return w.PutFigures(all, caller)
}

// newKey gives out the key of a new figure, and the number of its vintage; nil if there is no room left.
func (w writer) newKey(f *domain.Figure) (key domain.ImportedID, number *vintageNumber, err error) {
	series, err := w.numbered(f)
	if err != nil {
		return key, nil, err
	}
	if number, err = w.vintageNumber(f); err != nil {
		return key, nil, err
	}
	key = domain.ImportedID{Series: series.number, Start: f.Period.SortKey(), Slot: number.first()}
	place := key
	ordinal, known := w.imports.places[place]
	if !known && !series.fresh && !number.fresh {
		if ordinal, err = w.ordinals(place); err != nil {
			return key, nil, err
		}
		w.imports.places[place] = ordinal
	}
	key.Slot += ordinal
	if ordinal >= slotsPerVintage || !key.Valid() {
		return key, nil, nil
	}
	w.imports.places[place] = ordinal + 1
	return key, number, w.noteLength(series, f)
}

// ordinals counts the figures that have series, start and vintage in common, whether they stand or not.
func (w writer) ordinals(place domain.ImportedID) (count int64, err error) {
	_, err = w.Conn.QueryOne("SELECT MAX(slot) FROM observations WHERE series = ? AND start_second = ? AND slot >= ? AND slot < ?",
		func(row recorddb.Row) error {
			if !row.IsNull(0) {
				count = row.Int64(0) - place.Slot + 1
			}
			return nil
		}, place.Series, secondOf(place.Start), place.Slot, place.Slot+slotsPerVintage)
	return count, err
}

// putRow puts a revision into observations.
func (w writer) putRow(key domain.ImportedID, f *domain.Figure, caller string) error {
	if err := w.noteImport(f.Metric, caller); err != nil {
		return err
	}
	number, err := w.aboutNumber(f)
	if err != nil {
		return err
	}
	var created any
	if f.Revision > 1 {
		created = f.CreateTime
	}
	return w.Tx.Insert(insertImported, key.Series, secondOf(key.Start), key.Slot, w.Tx.RecordTime(), 0, f.Revision, created,
		f.Retracted(), number, encodeImported(f))
}

// noteImport records once who imports figures of a metric.
func (w writer) noteImport(metric, caller string) error {
	if w.imports.imported[metric] {
		return nil
	}
	w.imports.imported[metric] = true
	return w.Tx.Exec("INSERT INTO imports (metric, record_time, caller) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		metric, w.Tx.RecordTime(), caller)
}

// closeImported ends the row that is current.
func (w writer) closeImported(key domain.ImportedID) error {
	return w.Tx.ExecOne("UPDATE observations SET ended = ? WHERE series = ? AND start_second = ? AND slot = ? AND ended = 0",
		w.Tx.RecordTime(), key.Series, secondOf(key.Start), key.Slot)
}

// putAgain puts a revision of an imported figure on record whose id it has already: one that a copy puts again, or one by other than an
// import. wide says that it belongs into figure_revisions, first that it is the first there.
func (w writer) putAgain(key domain.ImportedID, f *domain.Figure, caller string) (wide, first bool, err error) {
	if f.Revision == 1 {
		if err := w.takeKey(key, f); err != nil {
			return false, false, err
		}
		if !f.Retracted() {
			of, _ := vintageOf(f)
			w.enter(of, false)
		}
		return false, false, w.putRow(key, f, caller)
	}
	open := w.imports.open[f.ID]
	stood := open
	if !open {
		open, err = w.Conn.QueryOne("SELECT deleted FROM observations s WHERE "+ofKey+" AND s.ended = 0", func(row recorddb.Row) error {
			stood = !row.Bool(0)
			return nil
		}, key.Series, secondOf(key.Start), key.Slot)
		if err != nil {
			return false, false, err
		}
	}
	if !open {
		return true, false, nil
	}
	if compact(f) {
		return false, false, w.replaceRow(key, stood, f, caller)
	}
	if err := w.closeImported(key); err != nil {
		return false, false, err
	}
	delete(w.imports.open, f.ID)
	if !stood {
		return true, true, nil
	}
	of, err := w.vintageNumbered(f.Metric, key.Slot/slotsPerVintage)
	w.leave(of, false)
	return true, true, err
}

// widen puts the first revision of an imported figure that no import made: from now on it is as any other figure.
func (w writer) widen(figure domain.Figure, caller string) error {
	if err := figureTable.Continue(w.Tx, figureRow(figure, caller), figureValues(figure)...); err != nil {
		return err
	}
	if err := w.followFigure(domain.Figure{}, figure); err != nil || figure.Retracted() {
		return err
	}
	return w.openPoint(figure)
}
