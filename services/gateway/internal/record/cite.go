package record

import (
	"context"
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/cite"
)

// CiteResource implements RecordService.
func (s *Service) CiteResource(ctx context.Context, req *gatewayv1.CiteResourceRequest) (*gatewayv1.CiteResourceResponse, error) {
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	t := terms{readTime: req.GetReadTime(), needed: statementsService}
	switch kind, _, _ := strings.Cut(req.GetName(), "/"); kind {
	case "figures":
		t.require = requireAll // its document is the other service's
	case "metrics":
		t.needed = metricsService
	}
	j, err := s.join(ctx, t)
	if err != nil {
		return nil, err
	}
	return s.citation(ctx, j, req.GetName(), req.GetLanguageCode())
}

// citation cites a resource at the time of a joined view.
func (s *Service) citation(ctx context.Context, j *joined, name, languageCode string) (*gatewayv1.CiteResourceResponse, error) {
	work := cite.Work{Name: name, At: j.at.AsTime(), Permalink: s.permalink(name, j.at.AsTime())}
	if err := s.readWork(ctx, j, &work); err != nil {
		return nil, err
	}
	entities, metrics := namesIn(work)
	labels, err := s.labelsOf(ctx, j, languageCode, entities, metrics)
	if err != nil {
		return nil, err
	}
	work.Label = func(name string) string { return labels[name].GetText() }
	answer := &gatewayv1.CiteResourceResponse{Name: name, Text: work.Text(), Permalink: work.Permalink, ReadTime: j.at}
	answer.CslJson, err = work.CSL()
	return answer, err
}

// readWork reads what is cited and the document that prints it.
func (s *Service) readWork(ctx context.Context, j *joined, work *cite.Work) (err error) {
	var version string
	switch kind, _, _ := strings.Cut(work.Name, "/"); kind {
	case "statements":
		work.Statement, err = s.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: work.Name, ReadTime: j.at})
		version = work.Statement.GetDocumentVersion()
	case "figures":
		work.Figure, err = s.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: work.Name, ReadTime: j.at})
		version = work.Figure.GetDocumentVersion()
	case "entities":
		work.Entity, err = s.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: work.Name, ReadTime: j.at})
	case "metrics":
		work.Metric, err = s.metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: work.Name, ReadTime: j.at})
	default:
		work.Document, err = s.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: work.Name, ReadTime: j.at})
		version = work.Document.GetLatestVersion()
	}
	if err != nil || version == "" {
		return err
	}
	if work.Document == nil {
		// One that was retracted or erased since is still named: its facts stand or fall
		// by themselves.
		work.Document, err = s.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: documentOf(version), ReadTime: j.at, ShowDeleted: true})
		if err = exceptGone(err); err != nil || work.Document == nil {
			return err
		}
	}
	work.Version, err = s.documents.GetDocumentVersion(ctx, &statementsv1.GetDocumentVersionRequest{Name: version, ReadTime: j.at})
	return exceptGone(err)
}

// namesIn are the entities and metrics that a citation names.
func namesIn(work cite.Work) (entityNames, metricNames []string) {
	var entities, metrics distinct
	for _, speaker := range work.Statement.GetSpeakers() {
		entities.add(speaker.GetEntity())
	}
	if claimant := work.Figure.GetClaimant(); strings.HasPrefix(claimant, "entities/") {
		entities.add(claimant)
	}
	entities.add(work.Entity.GetName())
	metrics.add(work.Figure.GetMetric())
	metrics.add(work.Metric.GetName())
	return entities.names, metrics.names
}
