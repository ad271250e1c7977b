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
	if err := c.verify(ctx, brought, set.Statements); err != nil {
		return changes.Set{}, err
	}
	err := c.store.Read(ctx, func(r store.Reader) (err error) {
		set.Anchors, err = changes.FindStale(r, set.Statements)
		return err
	})
	return set, err
}

// verify verifies statements in place. It goes from version to version, so that
// one stored text is in memory at a time, however many a request names; the
// faults are in the order of the request. INVALID_ARGUMENT, reason
// TEXT_HASH_MISMATCH, if the text brought is that of none.
func (c core) verify(ctx context.Context, brought *sourcetext.Text, statements []changes.Statement) error {
	sum := ""
	if brought != nil {
		sum = brought.SHA256()
	}
	faults := make([]error, len(statements))
	matched, known := false, false
	for _, group := range byVersion(statements) {
		version, text, err := c.readText(ctx, statements[group[0]])
		if err != nil {
			return err
		}
		found := version.Number != 0
		if found && version.SHA256 == sum {
			text.source.Text, matched = brought, true
		}
		known = known || found
		for _, i := range group {
			statement := &statements[i]
			if !found {
				faults[i] = errs.Invalid(errs.JoinPath(statement.Path, "document_version"), changes.ReferenceNotFound,
					"%s is not on record", statement.VersionName())
				continue
			}
			statement.Statement, faults[i] = statement.Prepare(statement.Path, text.source, text.withheld)
		}
	}
	if brought != nil && known && !matched {
		return errs.Invalid("source_text", domain.TextHashMismatch,
			"the text in normal form (NFC, LF) has the SHA-256 %s, which no version of these statements has", sum)
	}
	return errs.Join(faults...)
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
}

// readText reads the version that a statement stands on, with its text as far as
// it is stored; its number is 0 if it is not on record.
func (c core) readText(ctx context.Context, statement changes.Statement) (version domain.Version, text versionText, err error) {
	err = c.store.Read(ctx, func(r store.Reader) error {
		document, found, err := r.Document(statement.Document, store.Newest)
		if err != nil || !found {
			return err
		}
		text.withheld = document.TextWithheld
		version, _, err = r.Version(statement.Document, statement.Version, store.Newest, !document.TextWithheld)
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
		text.source.Text = &stored
	}
	return version, text, nil
}
