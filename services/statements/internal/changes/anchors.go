package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Anchors say how passages stand in the newest version of their document, by
// domain.Passages.Key. What was found before a transaction need not be found again
// in it: texts never change, and other passages have other keys.
type Anchors map[string]domain.VersionAnchor

// anchorer finds passages of one document in its newest version.
type anchorer struct {
	r     store.Reader
	found Anchors
	// version is the newest, which may not be on record yet. Its text is asked for
	// when it is needed: text is nil until then, or if it is not known.
	version domain.Version
	text    *sourcetext.Text
	asked   bool
}

func newAnchorer(r store.Reader, version domain.Version, found Anchors) *anchorer {
	if found == nil {
		found = Anchors{}
	}
	return &anchorer{r: r, found: found, version: version}
}

// know brings the text of the newest version where it is known and stored.
func (a *anchorer) know() error {
	if a.text != nil || a.asked {
		return nil
	}
	a.asked = true
	if a.version.Text == "" {
		stored, found, err := a.r.Version(a.version.Document, a.version.Number, store.Newest, true)
		if err != nil || !found {
			return err
		}
		a.version.Text = stored.Text
	}
	var err error
	a.text, err = parsed(a.version)
	return err
}

// parsed is the text of a version, nil if it does not have it.
func parsed(version domain.Version) (*sourcetext.Text, error) {
	if version.Text == "" {
		return nil, nil
	}
	text, err := sourcetext.Normalize(version.Text)
	return &text, err
}

// stale reports whether passages lie in an older version of the document.
func (a *anchorer) stale(p domain.Passages) bool {
	return p.Document == a.version.Document && p.Version < a.version.Number
}

// passages are all passages of statements that lie in older versions, those of one
// version together.
func (a *anchorer) passages(statements []domain.Statement) (stale []domain.Passages) {
	for _, statement := range statements {
		if own := statement.Passages(); a.stale(own) {
			stale = append(stale, own)
		}
		for _, appearance := range statement.Appearances {
			if p := appearance.Passages(); a.stale(p) {
				stale = append(stale, p)
			}
		}
	}
	slices.SortStableFunc(stale, func(p, q domain.Passages) int { return int(p.Version - q.Version) })
	return stale
}

// find finds what is not found yet. One old text is in memory at a time. Where the
// new text is not known nothing is kept: it may be by the next time.
func (a *anchorer) find(statements []domain.Statement) error {
	var finder *domain.Finder
	of := int64(0)
	for _, p := range a.passages(statements) {
		key := p.Key()
		if _, known := a.found[key]; known {
			continue
		}
		if err := a.know(); err != nil || a.text == nil {
			return err
		}
		if finder == nil || of != p.Version {
			var err error
			if finder, err = a.finder(p.Version); err != nil {
				return err
			}
			of = p.Version
		}
		a.found[key] = p.Anchor(finder, "")
	}
	return nil
}

// finder looks for the passages of one version in the newest.
func (a *anchorer) finder(number int64) (*domain.Finder, error) {
	old, _, err := a.r.Version(a.version.Document, number, store.Newest, true)
	if err != nil {
		return nil, err
	}
	text, err := parsed(old)
	if err != nil {
		return nil, err
	}
	return domain.NewFinder(old.Length, text, a.text), nil
}

// anchor sets how a statement and its appearances stand in the version; changed
// says whether that is new.
func (a *anchorer) anchor(statement *domain.Statement) (changed bool) {
	if own := statement.Passages(); a.stale(own) {
		latest := a.of(own)
		changed = !latest.Same(statement.LatestAnchor)
		statement.LatestAnchor = latest
	}
	appearances := slices.Clone(statement.Appearances)
	for i := range appearances {
		if p := appearances[i].Passages(); a.stale(p) {
			latest := a.of(p)
			changed = changed || !latest.Same(appearances[i].LatestAnchor)
			appearances[i].LatestAnchor = latest
		}
	}
	statement.Appearances = appearances
	return changed
}

// of says how passages stand in the version: as they were found, or UNVERIFIED.
func (a *anchorer) of(p domain.Passages) *domain.VersionAnchor {
	latest, known := a.found[p.Key()]
	if !known {
		latest = p.Anchor(domain.NewFinder(0, nil, nil), "")
	}
	latest.Version = a.version.Name()
	return &latest
}
