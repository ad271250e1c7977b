package tables

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// about is what many imported figures share.
type about struct {
	// template is a figure without what is its own; shared is what its observations have of it.
	template domain.Figure
	shared   *domain.About
}

// templateOf is a figure without its meta, key, period and numbers. Dimensions stay where the series has others.
func templateOf(f *domain.Figure) domain.Figure {
	t := *f
	t.Meta, t.Metric, t.Frequency, t.Period, t.Corrected = domain.Meta{}, "", "", domain.TimePeriod{}, false
	t.Value, t.Values, t.Lower, t.Upper = nil, nil, nil, nil
	t.Normalized = domain.Normalized{Unit: f.Normalized.Unit}
	if f.SeriesDimensions == nil {
		t.Dimensions = nil
	}
	t.SeriesDimensions = nil
	return t
}

// sameTemplate says that two figures surely have one template: rows of a file mostly have. false may be wrong.
func sameTemplate(a, b *domain.Figure) bool {
	return a.Kind == b.Kind && a.Missing == b.Missing && a.Unit == b.Unit && a.UnitMult == b.UnitMult && a.Comment == b.Comment &&
		a.ConfStatus == b.ConfStatus && a.CountedObject == b.CountedObject && a.Approximator == b.Approximator &&
		a.ReadingRule == b.ReadingRule && a.Claimant == b.Claimant && a.AttributedProducer == b.AttributedProducer &&
		a.DocumentVersion == b.DocumentVersion && same(a.Decimals, b.Decimals) && same(a.Origin, b.Origin) &&
		same(a.Release, b.Release) && a.EmbargoEnd == b.EmbargoEnd && a.Normalized.Unit == b.Normalized.Unit && a.SeriesDimensions == nil && b.SeriesDimensions == nil &&
		slices.Equal(a.ObsStatus, b.ObsStatus) && maps.Equal(a.Attributes, b.Attributes) && plain(a) && plain(b)
}

// plain says that a figure has nothing of what imports do not know.
func plain(f *domain.Figure) bool {
	return f.Reported == nil && f.Alternates == nil && f.Claims == nil && f.Derivation == nil && f.BasePeriod == nil &&
		f.Significant == nil && f.RoundingInterval == nil && !f.Stale && f.SourceSHA256 == ""
}

// known are rows that never change, of what is committed: only readers put them in.
type known struct {
	mu     sync.RWMutex
	abouts map[aboutKey]*about
	series map[int64]*importedSeries
}

// aboutKey is the key of the table abouts.
type aboutKey struct {
	metric string
	number int64
}

// maxKnown bounds each kind: beyond it they are read again.
const maxKnown = 20_000

func newKnown() *known {
	return &known{abouts: map[aboutKey]*about{}, series: map[int64]*importedSeries{}}
}

func remembered[K comparable, T any](k *known, all map[K]T, number K) (value T, found bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	value, found = all[number]
	return value, found
}

func remember[K comparable, T any](k *known, all map[K]T, number K, value T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(all) >= maxKnown {
		clear(all)
	}
	all[number] = value
}

// about reads what a row shares with others.
func (r reader) about(metric string, number int64) (*about, error) {
	key := aboutKey{metric, number}
	if found, ok := remembered(r.known, r.known.abouts, key); ok {
		return found, nil
	}
	read := new(about)
	found, err := r.Conn.QueryOne("SELECT snapshot FROM abouts WHERE metric = ? AND number = ?", func(row recorddb.Row) error {
		return decode(row.Text(0), &read.template, figureFields)
	}, metric, number)
	if err != nil || !found {
		return nil, missing("what imported figures share", number, err)
	}
	read.shared = read.template.About()
	if r.settled {
		remember(r.known, r.known.abouts, key, read)
	}
	return read, nil
}

// aboutNumber returns the number of what a figure shares with others, a new one if nothing on record is alike.
func (w writer) aboutNumber(f *domain.Figure) (int64, error) {
	state := w.imports
	for i := range state.recent {
		if last := &state.recent[i]; last.figure.Metric == f.Metric && sameTemplate(&last.figure, f) {
			return last.number, nil
		}
	}
	template := templateOf(f)
	stored := encode(&template, figureFields)
	sum := sha256.Sum256(stored)
	hash := sum[:16]
	var err error
	number, found := state.abouts[f.Metric+"/"+string(hash)]
	if !found {
		found, err = w.Conn.QueryOne("SELECT number FROM abouts WHERE metric = ? AND hash = ?", func(row recorddb.Row) error {
			number = row.Int64(0)
			return nil
		}, f.Metric, hash)
		if err != nil {
			return 0, err
		}
	}
	if !found {
		if number, err = w.next(counterOf(state.nextAbout, f.Metric), "SELECT MAX(number) FROM abouts WHERE metric = ?", f.Metric); err != nil {
			return 0, err
		}
		if err := w.Tx.Insert(insertAbout, f.Metric, number, hash, stored); err != nil {
			return 0, err
		}
	}
	state.abouts[f.Metric+"/"+string(hash)] = number
	state.remember(f, number)
	return number, nil
}

// recentAbout is a figure whose about has a number.
type recentAbout struct {
	figure domain.Figure
	number int64
}

// recentAbouts is how many are compared before a template is made: the rows of a file take turns between few.
const recentAbouts = 8

func (s *importState) remember(f *domain.Figure, number int64) {
	if len(s.recent) < recentAbouts {
		s.recent = append(s.recent, recentAbout{*f, number})
		return
	}
	s.recent[s.nextRecent] = recentAbout{*f, number}
	s.nextRecent = (s.nextRecent + 1) % recentAbouts
}

var insertAbout = recorddb.NewInsert("abouts", "metric", "number", "hash", "snapshot")

// next gives out the next number of a table. Writers of a record take turns, so no other gives out the same.
func (w writer) next(counter *int64, greatest string, args ...any) (int64, error) {
	if *counter == 0 {
		_, err := w.Conn.QueryOne(greatest, func(row recorddb.Row) error {
			*counter = row.Int64(0)
			return nil
		}, args...)
		if err != nil {
			return 0, err
		}
	}
	*counter++
	return *counter, nil
}

// counterOf is the counter of a metric.
func counterOf(counters map[string]*int64, metric string) *int64 {
	if counters[metric] == nil {
		counters[metric] = new(int64)
	}
	return counters[metric]
}

// importedSeries is a series with its number.
type importedSeries struct {
	number     int64
	metric     string
	place      store.SeriesPlace
	text       string // domain.SeriesKey.Text
	dimensions map[string]string
}

// seriesNumbered reads a series by its number.
func (r reader) seriesNumbered(number int64) (*importedSeries, error) {
	if found, ok := remembered(r.known, r.known.series, number); ok {
		return found, nil
	}
	read := &importedSeries{number: number}
	found, err := r.Conn.QueryOne("SELECT metric, dimensions, frequency, series FROM series WHERE number = ?", func(row recorddb.Row) (err error) {
		read.metric, read.text = row.Text(0), row.Text(3)
		read.place = store.SeriesPlace{Dimensions: row.Text(1), Frequency: row.Text(2)}
		read.dimensions, err = domain.ParseDimensions(read.place.Dimensions)
		return err
	}, number)
	if err != nil || !found {
		return nil, missing("a series", number, err)
	}
	if r.settled {
		remember(r.known, r.known.series, number, read)
	}
	return read, nil
}

func missing(what string, number int64, err error) error {
	if err != nil {
		return err
	}
	return &missingError{what, number}
}

// missingError is a row that another row refers to and that is not there.
type missingError struct {
	what   string
	number int64
}

func (e *missingError) Error() string {
	return e.what + " " + strconv.FormatInt(e.number, 10) + " is missing"
}
