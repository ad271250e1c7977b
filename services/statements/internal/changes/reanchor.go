package changes

import (
	"slices"
	"strconv"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const (
	// MaxAnchored is how many statements a document may have that gets a new
	// version: all of them are found in it.
	MaxAnchored = 5_000
	// anchoredRoom is how many there may be once the version was accepted: what was
	// staged can be published though some came in between.
	anchoredRoom = 2 * MaxAnchored
)

// FindAnchors finds the statements of a document in a version of it that is not on
// record yet. It is for outside of a transaction, in which Set.Anchors then saves
// the work. text is the version's, nil if it is not known.
//
// FAILED_PRECONDITION, reason TOO_MANY_FACTS, if the document has more than
// MaxAnchored statements.
func FindAnchors(r store.Reader, version domain.Version, text *sourcetext.Text) (Anchors, error) {
	document, found, err := r.Document(version.Document, store.Newest)
	if err != nil || !found || document.LatestVersion == 0 {
		return nil, err
	}
	newest, _, err := r.Version(document.ID, document.LatestVersion, store.Newest, false)
	if err != nil || newest.SHA256 == version.SHA256 {
		return nil, err // it is on record already
	}
	statements, err := statementsOf(r, store.Newest, document, MaxAnchored)
	if err != nil {
		return nil, err
	}
	version.Number = document.LatestVersion + 1
	a := newAnchorer(r, version, nil)
	a.text, a.asked = text, true
	return a.found, a.find(statements)
}

// statementsOf reads all statements that a document prints, be it as appearances.
func statementsOf(r store.Reader, at recordtime.Time, document domain.Document, limit int) ([]domain.Statement, error) {
	filter, err := listquery.ParseFilter(domain.StatementFields, "document = "+strconv.Quote(document.Name()))
	if err != nil {
		return nil, err
	}
	order, err := listquery.ParseOrder(domain.StatementFields, "create_time")
	if err != nil {
		return nil, err
	}
	statements, err := r.Statements(store.List{At: at, Filter: filter, Order: order, Limit: limit + 1, ShowDeprecated: true})
	if err == nil && len(statements) > limit {
		err = errs.New(errs.FailedPrecondition, TooManyFacts,
			"%s has more than %d statements: they cannot all be found in a new version", document.Name(), limit).
			About(domain.DocumentType, document.Name())
	}
	return statements, err
}

// FindBrought finds the statements of a document in its newest version, whose text
// was brought; changes says whether Reanchor has something to put on record. known is
// what was found before; it grows.
func FindBrought(
	r store.Reader, at recordtime.Time, document domain.Document, version domain.Version, text *sourcetext.Text, known Anchors,
) (found Anchors, changes bool, err error) {
	statements, err := statementsOf(r, at, document, MaxAnchored)
	if err != nil {
		return nil, false, err
	}
	a := newAnchorer(r, version, known)
	a.text, a.asked = text, true
	if err := a.find(statements); err != nil {
		return nil, false, err
	}
	for _, statement := range statements {
		changes = a.anchor(&statement) || changes
	}
	return a.found, changes, nil
}

// Reanchor finds the statements of a document in its newest version, and puts on
// record what is new. found is what was found beforehand; what it lacks is looked
// for in the text, where that is stored.
func Reanchor(w store.Writer, caller string, document domain.Document, version domain.Version, found Anchors) error {
	statements, err := statementsOf(w, store.Newest, document, anchoredRoom)
	if err != nil {
		return err
	}
	a := newAnchorer(w, version, found)
	if err := a.find(statements); err != nil {
		return err
	}
	var moved []domain.Statement
	for _, statement := range statements {
		if a.anchor(&statement) {
			statement.Record = statement.Next(w.RecordTime()).As(domain.TagReanchor, "")
			moved = append(moved, statement)
		}
	}
	return w.PutNaming(moved, caller)
}

// Reanchored is the statement with LatestAnchor as its own spans stand in the
// newest version of its document; nil if that is its own version. It is for
// statements whose spans are new. The text of the newest version is read, if it is
// stored.
func Reanchored(r store.Reader, statement domain.Statement) (domain.Statement, error) {
	statements := []Statement{{Statement: statement}}
	err := reanchorNew(r, latestIn(r), statements, nil)
	return statements[0].Statement, err
}

// FindStale finds statements that are to be put on record, and stand on older
// versions, in the newest ones of their documents. It is for outside of a
// transaction, as FindAnchors.
func FindStale(r store.Reader, statements []Statement) (Anchors, error) {
	found := Anchors{}
	return found, reanchorNew(r, latestIn(r), slices.Clone(statements), found)
}

// latestIn reads the number of the newest version of a document.
func latestIn(r store.Reader) func(document string) (int64, error) {
	return func(document string) (int64, error) {
		found, _, err := r.Document(document, store.Newest)
		return found.LatestVersion, err
	}
}

// reanchorNew sets LatestAnchor of statements whose spans are new. latest tells the
// number of the newest version of a document.
func reanchorNew(r store.Reader, latest func(document string) (int64, error), statements []Statement, found Anchors) error {
	byDocument := map[string]*anchorer{}
	stale := map[string][]domain.Statement{}
	for i := range statements {
		statement := &statements[i]
		a := byDocument[statement.Document]
		if a == nil {
			number, err := latest(statement.Document)
			if err != nil {
				return err
			}
			a = newAnchorer(r, domain.Version{Document: statement.Document, Number: number}, found)
			byDocument[statement.Document] = a
		}
		if statement.LatestAnchor = nil; a.stale(statement.Passages()) {
			stale[statement.Document] = append(stale[statement.Document], statement.Statement)
		}
	}
	for document, of := range stale {
		if err := byDocument[document].find(of); err != nil {
			return err
		}
	}
	for i := range statements {
		if p := statements[i].Passages(); byDocument[p.Document].stale(p) {
			statements[i].LatestAnchor = byDocument[p.Document].of(p)
		}
	}
	return nil
}
