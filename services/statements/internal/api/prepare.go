package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
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
	if err := newETag(n.in.GetEtag(), n.path+".etag"); err != nil {
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
		empty(one.in.GetName(), one.path+".name", nameNotEmpty, &faults)
		statement.Document, statement.Version, err = domain.ParseVersion(one.in.GetDocumentVersion())
		faults.AddErr("", badName(one.path+".document_version", err))
		set.Statements = append(set.Statements, statement)
	}
	if err := faults.Err(); err != nil {
		return changes.Set{}, err
	}
	texts, err := c.readTexts(ctx, sourceText, set.Statements)
	if err != nil {
		return changes.Set{}, err
	}
	for i := range set.Statements {
		statement := &set.Statements[i]
		text, found := texts[statement.VersionName()]
		if !found {
			faults.Add(statement.Path+".document_version", changes.ReferenceNotFound, "%s is not on record", statement.VersionName())
			continue
		}
		statement.Statement, err = statement.Prepare(statement.Path, text.source, text.withheld)
		faults.AddErr("", err)
	}
	return set, faults.Err()
}

// versionText is the text of a version, as far as it is known.
type versionText struct {
	source   domain.Source
	withheld bool
}

// readTexts reads the texts of the versions that statements stand on.
// INVALID_ARGUMENT, reason TEXT_HASH_MISMATCH, if sourceText is that of none.
func (c core) readTexts(ctx context.Context, sourceText string, statements []changes.Statement) (map[string]versionText, error) {
	var brought *sourcetext.Text
	var sum string
	if sourceText != "" {
		text, err := domain.ParseText(sourceText, "source_text")
		if err != nil {
			return nil, err
		}
		brought, sum = &text, text.SHA256()
	}
	texts := map[string]versionText{}
	matched := false
	err := c.store.Read(ctx, func(r store.Reader) error {
		for _, statement := range statements {
			if _, known := texts[statement.VersionName()]; known {
				continue
			}
			version, text, err := readText(r, statement)
			if err != nil {
				return err
			}
			if version.Number == 0 {
				continue // not on record
			}
			if version.SHA256 == sum {
				text.source.Text, matched = brought, true
			}
			texts[statement.VersionName()] = text
		}
		return nil
	})
	if err == nil && brought != nil && !matched && len(texts) > 0 {
		err = errs.Invalid("source_text", domain.TextHashMismatch,
			"the text in normal form (NFC, LF) has the SHA-256 %s, which no version of these statements has", sum)
	}
	return texts, err
}

// readText reads a version and its stored text.
func readText(r store.Reader, statement changes.Statement) (domain.Version, versionText, error) {
	document, found, err := r.Document(statement.Document, store.Newest)
	if err != nil || !found {
		return domain.Version{}, versionText{}, err
	}
	version, found, err := r.Version(statement.Document, statement.Version, store.Newest, !document.TextWithheld)
	if err != nil || !found {
		return domain.Version{}, versionText{}, err
	}
	text := versionText{source: domain.Source{Length: version.Length}, withheld: document.TextWithheld}
	if version.Text != "" {
		stored, err := sourcetext.Normalize(version.Text)
		if err != nil {
			return domain.Version{}, versionText{}, err
		}
		text.source.Text = &stored
	}
	return version, text, nil
}
