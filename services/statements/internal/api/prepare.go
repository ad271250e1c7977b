package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// newStatement is a statement to create, with the id that the caller chose and
// its field in the request.
type newStatement struct {
	in   *statementsv1.Statement
	id   string
	path string
}

// read reads the statement without its document version.
func (n newStatement) read(faults *errs.Violations) (changes.Statement, error) {
	if err := fieldcheck.NewETag(n.in.GetEtag(), n.path+".etag"); err != nil {
		return changes.Statement{}, err
	}
	statement := statementFromProto(n.in, n.path, faults)
	statement.Record = newRecord(n.id)
	return changes.Statement{Statement: statement, Path: n.path}, nil
}

// prepare verifies the statements of a request against the texts of their
// versions: the stored ones, or sourceText. Texts never change, so this needs no
// transaction; whether the versions still stand is asked again in it.
func (c core) prepare(ctx context.Context, sourceText string, batch []newStatement) (changes.Set, error) {
	var faults errs.Violations
	var set changes.Set
	for _, one := range batch {
		statement, err := one.read(&faults)
		if err != nil {
			return changes.Set{}, err
		}
		fieldcheck.Empty(one.in.GetName(), one.path+".name", fieldcheck.NameNotEmpty, &faults)
		if at := one.path + ".document_version"; one.in.GetDocumentVersion() == "" {
			faults.Add(at, domain.FieldRequired, "is required: the version in whose text the spans lie")
		} else {
			statement.Document, statement.Version, err = domain.ParseVersion(one.in.GetDocumentVersion())
			faults.AddErr("", badName(at, err))
		}
		set.Statements = append(set.Statements, statement)
	}
	if err := faults.Err(); err != nil {
		return changes.Set{}, err
	}
	var brought *sourcetext.Text
	if sourceText != "" {
		text, err := domain.ParseText(sourceText, "source_text")
		if err != nil {
			return changes.Set{}, err
		}
		brought = &text
	}
	stale, err := c.verify(ctx, brought, set.Statements)
	if err != nil || !stale {
		return set, err
	}
	err = c.read(ctx, func(r store.Reader) (err error) {
		set.Anchors, err = changes.FindStale(r, set.Statements)
		return err
	})
	return set, err
}

// verify verifies statements in place. It goes from version to version, so that
// beside the texts that are kept one is in memory at a time, however many a request
// names; the faults are in the order of the request. stale says that some stand on
// versions that are not the newest. INVALID_ARGUMENT, reason TEXT_HASH_MISMATCH, if the
// text brought is that of none.
func (c core) verify(ctx context.Context, brought *sourcetext.Text, statements []changes.Statement) (stale bool, err error) {
	sum := ""
	if brought != nil {
		sum = brought.SHA256()
	}
	faults := make([]error, len(statements))
	matched, known := false, false
	for _, group := range byVersion(statements) {
		version, text, err := c.readText(ctx, statements[group[0]])
		if err != nil {
			return false, err
		}
		stale = stale || text.stale
		found := version.Number != 0
		if found && version.SHA256 == sum {
			text.source.Text, matched = brought, true
		}
		known = known || found
		for _, i := range group {
			statement := &statements[i]
			if absent := absence(version); absent != "" {
				faults[i] = errs.Invalid(errs.JoinPath(statement.Path, "document_version"), changes.ReferenceNotFound,
					"%s %s", statement.VersionName(), absent)
				continue
			}
			statement.Statement, faults[i] = statement.Prepare(statement.Path, text.source, text.withheld)
		}
	}
	if brought != nil && known && !matched {
		return false, errs.Invalid("source_text", domain.TextHashMismatch,
			"the text in normal form (NFC, LF) has the SHA-256 %s, which no version of these statements has", sum)
	}
	return stale, errs.Join(faults...)
}

// absence says why nothing can stand on a version, "" if it can.
func absence(version domain.Version) string {
	switch {
	case version.Number == 0:
		return "is not on record"
	case version.Erased:
		return "was erased"
	default:
		return ""
	}
}

// byVersion groups statements by their version: indexes, in order.
func byVersion(statements []changes.Statement) [][]int {
	var groups [][]int
	group := map[string]int{}
	for i, statement := range statements {
		at, seen := group[statement.VersionName()]
		if !seen {
			at = len(groups)
			group[statement.VersionName()] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}

// versionText is the text of a version, as far as it is known.
type versionText struct {
	source   domain.Source
	withheld bool
	stale    bool // the document has a newer version
}

// readText reads the version that a statement stands on, with its text as far as
// it is stored; its number is 0 if it is not on record.
func (c core) readText(ctx context.Context, statement changes.Statement) (version domain.Version, text versionText, err error) {
	err = c.read(ctx, func(r store.Reader) error {
		document, found, err := r.Document(statement.Document, store.Newest)
		if err != nil || !found {
			return err
		}
		text.withheld, text.stale = document.TextWithheld, document.LatestVersion > statement.Version
		version, found, err = r.Version(statement.Document, statement.Version, store.Newest, false)
		if err != nil || !found || text.withheld || version.SHA256 == "" { // erased
			return err
		}
		if text.source.Text = c.texts.get(version.SHA256); text.source.Text != nil {
			return nil
		}
		version, _, err = r.Version(statement.Document, statement.Version, store.Newest, true)
		return err
	})
	if err != nil {
		return domain.Version{}, versionText{}, err
	}
	text.source.Length = version.Length
	if version.Text != "" {
		stored, err := sourcetext.Normalize(version.Text)
		if err != nil {
			return domain.Version{}, versionText{}, err
		}
		c.texts.put(version.SHA256, &stored)
		text.source.Text = &stored
	}
	return version, text, nil
}
