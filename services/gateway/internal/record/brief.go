package record

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
)

// maxCorrections is how many corrections come with other answers.
const maxCorrections = 1000

// BriefEntity implements RecordService. What somebody said is known to the statements
// service, so it is needed; without the metrics service the figures are missing.
func (s *Service) BriefEntity(ctx context.Context, req *gatewayv1.BriefEntityRequest) (*gatewayv1.BriefEntityResponse, error) {
	page, err := pageOf("BriefEntity", req, req.GetName(), req.GetPeriod(), req.GetLanguageCode())
	if err != nil {
		return nil, err
	}
	if period := req.GetPeriod(); period != "" {
		if _, err := parsePeriod("period", period); err != nil {
			return nil, err
		}
	}
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	t := page.terms
	t.needed, t.probe = statementsService, s.briefProbes(req.GetName())
	j, err := s.join(ctx, t)
	if err != nil {
		return nil, err
	}
	answer := &gatewayv1.BriefEntityResponse{}
	if answer.Entity, err = s.presentEntity(ctx, j, req.GetName()); err != nil {
		return nil, err
	}
	said, err := s.saidBy(ctx, j, answer.GetEntity().GetName(), req.GetPeriod(), page)
	if err != nil {
		return nil, err
	}
	if answer.Entries, err = s.briefEntries(ctx, j, said.GetStatements()); err != nil {
		return nil, err
	}
	if answer.Corrections, err = s.briefCorrections(ctx, j, answer, said.GetCorrections()); err != nil {
		return nil, err
	}
	if answer.Labels, err = s.briefLabels(ctx, j, answer, req.GetLanguageCode()); err != nil {
		return nil, err
	}
	if next := said.GetNextPageToken(); next != "" {
		if answer.NextPageToken, err = page.next(j, next); err != nil {
			return nil, err
		}
	}
	answer.Unavailable, err = j.unavailable(ctx)
	return answer, err
}

// briefProbes are those of an entity.
func (s *Service) briefProbes(entity string) probes {
	p := s.probes()
	p.statements = func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: entity, ShowDeleted: true}, header)
		return err
	}
	return p
}

// maxMerges is how many merges one after the other are followed.
const maxMerges = 100

// presentEntity reads an entity, or the one that it was merged into.
func (s *Service) presentEntity(ctx context.Context, j *joined, name string) (*statementsv1.Entity, error) {
	for range maxMerges {
		entity, err := s.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name, ReadTime: j.at})
		if err != nil || entity.GetRedirectTo() == "" {
			return entity, err
		}
		name = entity.GetRedirectTo()
	}
	return nil, errs.New(errs.Internal, "", "more than %d entities are merged into each other, up to %s", maxMerges, name)
}

// saidBy is a page of what an entity said, the newest said first.
func (s *Service) saidBy(
	ctx context.Context, j *joined, entity, period string, page joinedPage,
) (*statementsv1.ListStatementsResponse, error) {
	filter := "speaker:" + strconv.Quote(entity)
	if period != "" {
		filter += " AND statement_time = " + strconv.Quote(period)
	}
	token := ""
	if len(page.keys) > 0 {
		var isText bool
		if token, isText = page.keys[0].(string); !isText {
			return nil, paging.ErrMismatch()
		}
	}
	return s.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
		Filter: filter, OrderBy: "statement_time desc", PageSize: int32(page.size), PageToken: token, ReadTime: j.at, //nolint:gosec // at most MaxSize
		IncludeCorrections: true,
	})
}

// briefEntries puts the figures into the statements whose contents hold theirs.
func (s *Service) briefEntries(
	ctx context.Context, j *joined, statements []*statementsv1.Statement,
) (entries []*gatewayv1.BriefEntityResponse_Entry, err error) {
	var versions distinct
	for _, statement := range statements {
		versions.add(statement.GetDocumentVersion())
		entries = append(entries, &gatewayv1.BriefEntityResponse_Entry{Statement: statement})
	}
	printed, err := ask(ctx, j, metricsService, func(ctx context.Context) ([][]*metricsv1.Figure, error) {
		return readAll(ctx, versions.names, func(ctx context.Context, version string) ([]*metricsv1.Figure, error) {
			return s.figuresOf(ctx, j.at, "document_version = "+strconv.Quote(version))
		})
	})
	if err != nil || !j.has(metricsService) {
		return entries, err
	}
	hashes, err := s.textHashes(ctx, j, versions.names, printed)
	if err != nil {
		return nil, err
	}
	for i, version := range versions.names {
		inside := figuresInside(version, statements, standing(printed[i], hashes[version]))
		for k, statement := range statements {
			if statement.GetDocumentVersion() == version {
				entries[k].Figures = inside[statement.GetName()]
			}
		}
	}
	return entries, nil
}

// figuresInside are the figures of each statement of a version, by its name, in text order.
func figuresInside(version string, statements []*statementsv1.Statement, figures []*metricsv1.Figure) map[string][]*metricsv1.Figure {
	here := slices.DeleteFunc(slices.Clone(statements), func(s *statementsv1.Statement) bool { return s.GetDocumentVersion() != version })
	byName := make(map[string]*metricsv1.Figure, len(figures))
	for _, figure := range figures {
		byName[figure.GetName()] = figure
	}
	inside := make(map[string][]*metricsv1.Figure, len(here))
	for _, fact := range inTextOrder(version, here, figures) {
		if fact.GetAppearance() != "" {
			continue
		}
		for _, name := range fact.GetFigures() {
			inside[fact.GetStatement().GetName()] = append(inside[fact.GetStatement().GetName()], byName[name])
		}
	}
	return inside
}

// textHashes are the hashes of the texts of those versions that have figures which were
// compared with a text.
func (s *Service) textHashes(ctx context.Context, j *joined, versions []string, figures [][]*metricsv1.Figure) (map[string]string, error) {
	var documents distinct
	for i, version := range versions {
		if slices.ContainsFunc(figures[i], func(f *metricsv1.Figure) bool { return f.GetSourceTextSha256() != "" }) {
			documents.add(documentOf(version))
		}
	}
	hashes := map[string]string{}
	lists, err := readAll(ctx, documents.names, func(ctx context.Context, document string) ([]*statementsv1.DocumentVersion, error) {
		return pages(func(token string) ([]*statementsv1.DocumentVersion, string, error) {
			answer, err := s.documents.ListDocumentVersions(ctx, &statementsv1.ListDocumentVersionsRequest{
				Parent: document, PageSize: pageSize, PageToken: token, ReadTime: j.at,
			})
			return answer.GetDocumentVersions(), answer.GetNextPageToken(), err
		})
	})
	for _, list := range lists {
		for _, version := range list {
			hashes[version.GetName()] = version.GetTextSha256()
		}
	}
	return hashes, err
}

// briefCorrections adds those of the entity and of the figures to those of the statements.
func (s *Service) briefCorrections(
	ctx context.Context, j *joined, answer *gatewayv1.BriefEntityResponse, ofStatements []*typev1.Correction,
) ([]*typev1.Correction, error) {
	of := map[string]bool{answer.GetEntity().GetName(): true}
	var figures distinct
	for _, entry := range answer.GetEntries() {
		of[entry.GetStatement().GetName()] = true
		for _, figure := range entry.GetFigures() {
			if figure.GetRevisionId() != "1" { // one of the first revision was never corrected
				figures.add(figure.GetName())
			}
		}
	}
	all := slices.DeleteFunc(slices.Clone(ofStatements), func(c *typev1.Correction) bool { return !of[c.GetSubject()] })
	ofEntity, ofFigures, err := both(ctx, j, func(ctx context.Context) ([]*typev1.Correction, error) {
		return s.newestOfStatements(j.at)(ctx, "subject = "+strconv.Quote(answer.GetEntity().GetName()))
	}, func(ctx context.Context) ([]*typev1.Correction, error) {
		return s.correctionsOfFigures(ctx, j, figures.names)
	})
	return newestCorrections(all, ofEntity, ofFigures), err
}

// correctionsOfFigures are the newest corrections of figures, some figures a call.
func (s *Service) correctionsOfFigures(ctx context.Context, j *joined, names []string) ([]*typev1.Correction, error) {
	lists, err := readAll(ctx, subjectFilters(names), s.newestOfFigures(j.at))
	return slices.Concat(lists...), err
}

// subjectFilters ask for the corrections of resources, some each.
func subjectFilters(names []string) (filters []string) {
	for some := range slices.Chunk(names, subjectsPerFilter) {
		terms := make([]string, len(some))
		for i, name := range some {
			terms[i] = "subject = " + strconv.Quote(name)
		}
		filters = append(filters, strings.Join(terms, " OR "))
	}
	return filters
}

// subjectsPerFilter keeps a filter of the longest names within 50 comparisons and 4,096
// characters.
const subjectsPerFilter = 40

// newestCorrections are the newest of all, the newest first.
func newestCorrections(lists ...[]*typev1.Correction) []*typev1.Correction {
	all := newestFirst(lists...)
	return all[:min(len(all), maxCorrections)]
}

// newestFirst are all, the newest first, each once.
func newestFirst(lists ...[]*typev1.Correction) []*typev1.Correction {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b *typev1.Correction) int {
		switch {
		case isNewer(a, b):
			return -1
		case isNewer(b, a):
			return 1
		default:
			return 0
		}
	})
	return slices.CompactFunc(all, func(a, b *typev1.Correction) bool { return a.GetName() != "" && a.GetName() == b.GetName() })
}

// briefLabels say what the answer's entities and metrics are called.
func (s *Service) briefLabels(ctx context.Context, j *joined, answer *gatewayv1.BriefEntityResponse, languageCode string) (map[string]*gatewayv1.Label, error) {
	var named mentions
	named.entities.add(answer.GetEntity().GetName())
	for _, entry := range answer.GetEntries() {
		named.ofStatement(entry.GetStatement())
		for _, figure := range entry.GetFigures() {
			named.ofFigure(figure)
		}
	}
	return s.labelsOf(ctx, j, languageCode, named.entities.names, named.metrics.names)
}
