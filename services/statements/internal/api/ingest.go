package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// readIngest reads and prepares all that a stage holds; source has the text of its
// version, as far as it is known.
func readIngest(req *statementsv1.StageDocumentRequest) (ingest changes.Ingest, source domain.Source, err error) {
	var faults errs.Violations
	ingest = changes.Ingest{ETags: map[string]string{req.GetDocument().GetName(): req.GetDocument().GetEtag()}}
	id, err := parseName("document.name", req.GetDocument().GetName(), domain.ParseDocument)
	faults.AddErr("", err)
	ingest.Document = documentFromProto(req.GetDocument(), "document", &faults)
	ingest.Document.Record = domain.Record{ID: id, UID: resource.NewUID()}
	for i, in := range req.GetEntities() {
		id, err := parseName(errs.Index("entities", i)+".name", in.GetName(), domain.ParseEntity)
		faults.AddErr("", err)
		entity := entityFromProto(in, errs.Index("entities", i), &faults)
		entity.Record = domain.Record{ID: id, UID: resource.NewUID()}
		entity.Check(errs.Index("entities", i), &faults)
		ingest.ETags[in.GetName()] = in.GetEtag()
		ingest.Entities = append(ingest.Entities, entity)
	}
	version, source, err := versionFromProto(req.GetDocumentVersion(), "document_version", &faults).
		Prepare("document_version", req.GetDocument().GetTextWithheld())
	faults.AddErr("", err)
	version.Document, version.UID = id, resource.NewUID()
	ingest.Version = version
	if err := faults.Err(); err != nil {
		return changes.Ingest{}, source, err
	}
	for i, in := range req.GetStatements() {
		statement, err := ingestStatement(in, errs.Index("statements", i), &faults)
		if err != nil {
			return changes.Ingest{}, source, err
		}
		statement.Statement, err = statement.Prepare(statement.Path, source, req.GetDocument().GetTextWithheld())
		faults.AddErr("", err)
		ingest.Statements = append(ingest.Statements, statement)
	}
	return ingest, source, faults.Err()
}

// ingestStatement reads a statement with its name, or without.
func ingestStatement(in *statementsv1.Statement, path string, faults *errs.Violations) (changes.Statement, error) {
	id := ""
	if in.GetName() != "" {
		var err error
		id, err = parseName(path+".name", in.GetName(), domain.ParseStatement)
		faults.AddErr("", err)
	}
	fieldcheck.Empty(in.GetDocumentVersion(), path+".document_version", fieldcheck.FieldNotEmpty, faults)
	return newStatement{in: in, id: id, path: path}.read(faults)
}
