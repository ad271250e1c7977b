package record

import (
	"context"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/evidence"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// maxEvidence is how many facts a pack has at most: each has revisions of its own,
	// which are asked for one by one.
	maxEvidence = 1000
	// maxPack is how large a pack is at most, in bytes: what one answer holds.
	maxPack = 48 << 20
)

// ExportEvidence implements RecordService. A pack that lacks what one service knows would
// be no evidence, so both are needed.
func (s *Service) ExportEvidence(ctx context.Context, req *gatewayv1.ExportEvidenceRequest) (*httpbody.HttpBody, error) {
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	j, err := s.join(ctx, terms{readTime: req.GetReadTime(), require: requireAll})
	if err != nil {
		return nil, err
	}
	e := &evidencing{Service: s, j: j, subject: req.GetName(), pack: evidence.New(req.GetName(), j.at.AsTime())}
	for _, step := range []func(context.Context) error{e.readFacts, e.readDocuments, e.readRevisions, e.readVintages, e.readCorrections, e.cite, e.link} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if e.pack.Size() > maxPack {
			return nil, errs.New(errs.FailedPrecondition, "ANSWER_TOO_LARGE", "the pack would have more than %d MiB: pack its facts one by one", maxPack>>20)
		}
	}
	content, err := e.pack.Bytes()
	if err != nil {
		return nil, err
	}
	return &httpbody.HttpBody{ContentType: evidence.MediaType, Data: content}, nil
}

// evidencing is a pack in the making.
type evidencing struct {
	*Service

	j       *joined
	subject string
	pack    *evidence.Pack

	statements []*statementsv1.Statement
	figures    []*metricsv1.Figure
	documents  []*statementsv1.Document
	versions   []*statementsv1.DocumentVersion
	references references
	citation   *gatewayv1.CiteResourceResponse
}

// namedMessage is a resource on record.
type namedMessage interface {
	proto.Message
	comparable
	GetName() string
}

// addAll adds resources to the pack. Those that are not there are left out.
func addAll[T namedMessage](e *evidencing, all []T) error {
	var none T
	for _, one := range all {
		if one == none {
			continue
		}
		if err := e.pack.AddResource(one.GetName(), one); err != nil {
			return err
		}
	}
	return nil
}

// readFacts reads the subject and the facts that belong to it: of a document those of its
// newest version, of a statement the figures in its words, of a figure the statements that
// hold it.
func (e *evidencing) readFacts(ctx context.Context) error {
	version, err := e.readSubject(ctx)
	if err != nil || version == "" {
		return err
	}
	// What is known to be wrong is evidence too.
	statements, figures, err := e.Service.readFacts(ctx, e.j, version, true)
	if err != nil {
		return err
	}
	facts := inTextOrder(version, statements, figures)
	belongs := map[string]bool{e.subject: true}
	for _, fact := range facts {
		switch {
		case strings.HasPrefix(e.subject, "documents/"):
			belongs[fact.GetStatement().GetName()], belongs[fact.GetFigure().GetName()] = true, true
		case fact.GetStatement().GetName() == e.subject:
			for _, name := range fact.GetFigures() {
				belongs[name] = true
			}
		case fact.GetFigure().GetName() == e.subject:
			for _, name := range fact.GetStatedIn() {
				belongs[name] = true
			}
		}
	}
	for _, one := range statements {
		if belongs[one.GetName()] && one.GetName() != e.subject {
			e.statements = append(e.statements, one)
		}
	}
	for _, one := range figures {
		if belongs[one.GetName()] && one.GetName() != e.subject {
			e.figures = append(e.figures, one)
		}
	}
	if len(e.statements)+len(e.figures) > maxEvidence {
		return errs.New(errs.FailedPrecondition, tooMany, "the document has more than %d facts: pack them one by one", maxEvidence)
	}
	return nil
}

// readSubject reads the subject and returns the document version that it stands on.
func (e *evidencing) readSubject(ctx context.Context) (version string, err error) {
	switch kind, _, _ := strings.Cut(e.subject, "/"); kind {
	case "statements":
		one, err := e.Service.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: e.subject, ReadTime: e.j.at})
		e.statements = append(e.statements, one)
		return one.GetDocumentVersion(), err
	case "figures":
		one, err := e.Service.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: e.subject, ReadTime: e.j.at})
		e.figures = append(e.figures, one)
		return one.GetDocumentVersion(), err
	default:
		one, err := e.Service.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: e.subject, ReadTime: e.j.at})
		e.documents = append(e.documents, one)
		return one.GetLatestVersion(), err
	}
}

// readDocuments reads the versions in whose texts the spans lie, their documents and
// everything that the facts name.
func (e *evidencing) readDocuments(ctx context.Context) (err error) {
	var documents, versions distinct
	for _, one := range e.documents {
		documents.add(one.GetName()) // also of one without a version
		versions.add(one.GetLatestVersion())
	}
	for _, one := range e.statements {
		versions.add(one.GetDocumentVersion())
		for _, appearance := range one.GetAppearances() {
			versions.add(appearance.GetDocumentVersion())
		}
	}
	for _, one := range e.figures {
		versions.add(one.GetDocumentVersion())
	}
	for _, name := range versions.names {
		documents.add(documentOf(name))
	}
	e.versions, err = readAll(ctx, versions.names, func(ctx context.Context, name string) (*statementsv1.DocumentVersion, error) {
		version, err := e.Service.documents.GetDocumentVersion(ctx, &statementsv1.GetDocumentVersionRequest{Name: name, ReadTime: e.j.at})
		return version, exceptGone(err)
	})
	if err != nil {
		return err
	}
	for i, version := range e.versions {
		if version == nil {
			e.pack.AddGone(versions.names[i])
		}
	}
	e.documents, err = readAll(ctx, documents.names, func(ctx context.Context, name string) (*statementsv1.Document, error) {
		document, err := e.Service.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: name, ReadTime: e.j.at, ShowDeleted: true})
		return document, exceptGone(err)
	})
	if err != nil {
		return err
	}
	named := mentioned(e.facts())
	if e.references, err = e.readReferences(ctx, e.j, named.entities.names, named.metrics.names); err != nil {
		return err
	}
	return e.addResources()
}

// facts are the pack's facts as a document that is read whole has them, those of its own
// version in their place.
func (e *evidencing) facts() []*gatewayv1.Fact {
	var facts []*gatewayv1.Fact
	for _, one := range e.statements {
		facts = append(facts, &gatewayv1.Fact{Fact: &gatewayv1.Fact_Statement{Statement: one}})
	}
	for _, one := range e.figures {
		facts = append(facts, &gatewayv1.Fact{Fact: &gatewayv1.Fact_Figure{Figure: one}})
	}
	return facts
}

// addResources puts what was read into the pack: the text of a version once, beside it.
func (e *evidencing) addResources() error {
	versions := make([]*statementsv1.DocumentVersion, len(e.versions))
	for i, one := range e.versions {
		if one.GetText() != "" {
			e.pack.AddText(one.GetText())
			one = proto.CloneOf(one)
			one.Text = ""
		}
		versions[i] = one
	}
	entities, metrics := e.references.known()
	for _, add := range []func() error{
		func() error { return addAll(e, e.statements) },
		func() error { return addAll(e, e.figures) },
		func() error { return addAll(e, e.documents) },
		func() error { return addAll(e, versions) },
		func() error { return addAll(e, entities) },
		func() error { return addAll(e, metrics) },
	} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

// cite adds the citation.
func (e *evidencing) cite(ctx context.Context) (err error) {
	if e.citation, err = e.Service.citation(ctx, e.j, e.subject, ""); err != nil {
		return err
	}
	return e.pack.AddCitation(e.citation, e.citation.GetText())
}

// link adds the facts as JSON-LD. Texts are not repeated there.
func (e *evidencing) link(context.Context) error {
	entities, metrics := e.references.known()
	read := &gatewayv1.ReadDocumentResponse{Facts: e.facts(), Entities: entities, Metrics: metrics}
	if len(e.documents) > 0 && e.documents[0] != nil && len(e.versions) > 0 && e.versions[0] != nil {
		read.Document, read.DocumentVersion = e.documents[0], proto.CloneOf(e.versions[0])
		read.DocumentVersion.Text = ""
	}
	base, _, _ := strings.Cut(e.citation.GetPermalink(), e.subject+"?")
	content, err := jsonld.Answer(read, base)
	if err == nil {
		e.pack.AddLinked(content)
	}
	return err
}
