package domain

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/resource"
)

// Types of resources, as errors name them.
const (
	DocumentType  = "onrecord.dev/Document"
	VersionType   = "onrecord.dev/DocumentVersion"
	EntityType    = "onrecord.dev/Entity"
	StatementType = "onrecord.dev/Statement"
	RevisionType  = "onrecord.dev/StatementRevision"
)

// Patterns of the names.
var (
	documentPattern  = resource.Name("documents", "{document}")
	versionPattern   = resource.Name("documents", "{document}", "versions", "{version}")
	entityPattern    = resource.Name("entities", "{entity}")
	statementPattern = resource.Name("statements", "{statement}")
	revisionPattern  = resource.Name("statements", "{statement}", "revisions", "{revision}")
)

// DocumentName is the name of a document.
func DocumentName(id string) string { return "documents/" + id }

// VersionName is the name of a document's version.
func VersionName(document string, version int64) string {
	return "documents/" + document + "/versions/" + resource.FormatNumber(version)
}

// EntityName is the name of an entity.
func EntityName(id string) string { return "entities/" + id }

// StatementName is the name of a statement.
func StatementName(id string) string { return "statements/" + id }

// RevisionName is the name of a statement's revision.
func RevisionName(statement string, revision int64) string {
	return "statements/" + statement + "/revisions/" + resource.FormatNumber(revision)
}

// ParseDocument returns the id in the name of a document.
func ParseDocument(name string) (id string, err error) { return one(documentPattern, name) }

// ParseEntity returns the id in the name of an entity.
func ParseEntity(name string) (id string, err error) { return one(entityPattern, name) }

// ParseStatement returns the id in the name of a statement.
func ParseStatement(name string) (id string, err error) { return one(statementPattern, name) }

// ParseVersion returns the document's id and the number in the name of a
// version.
func ParseVersion(name string) (document string, version int64, err error) {
	return numbered(versionPattern, name)
}

// ParseRevision returns the statement's id and the number in the name of a
// revision.
func ParseRevision(name string) (statement string, revision int64, err error) {
	return numbered(revisionPattern, name)
}

func one(pattern resource.Pattern, name string) (string, error) {
	ids, err := pattern.Parse(name)
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

func numbered(pattern resource.Pattern, name string) (id string, number int64, err error) {
	ids, err := pattern.Parse(name)
	if err != nil {
		return "", 0, err
	}
	number, _ = resource.ParseNumber(ids[1]) // Parse accepted it
	return ids[0], number, nil
}

// LastID returns what follows the last slash of a name: its id.
func LastID(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
