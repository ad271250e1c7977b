package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// defaultCandidates is how many candidates are answered if the caller does not say.
const defaultCandidates = 10

// candidate is an entity that may be meant.
type candidate struct {
	domain.Entity
	fit domain.Fit
}

// ResolveEntities answers the entities that a name may mean.
func (e *entities) ResolveEntities(
	ctx context.Context, req *statementsv1.ResolveEntitiesRequest,
) (*statementsv1.ResolveEntitiesResponse, error) {
	name := domain.NewNameQuery(req.GetText())
	if len(name.Words) == 0 {
		return nil, errs.Invalid("text", "EMPTY_QUERY", "no letter or digit: nothing is found by it")
	}
	candidates, err := recordread.Get(ctx, e.store, req.GetReadTime(), func(r store.Reader, at recordtime.Time) ([]candidate, error) {
		query := store.Resolve{At: at, Name: name}
		if req.GetEntityType() != statementsv1.Entity_ENTITY_TYPE_UNSPECIFIED {
			query.Type = req.GetEntityType().String()
		}
		return resolve(r, query)
	})
	if err != nil {
		return nil, err
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultCandidates
	}
	out := &statementsv1.ResolveEntitiesResponse{}
	for _, c := range candidates[:min(size, len(candidates))] {
		out.Candidates = append(out.Candidates, &statementsv1.ResolveEntitiesResponse_Candidate{
			Entity: entityToProto(c.Entity), Score: &decimal.Decimal{Value: c.fit.Score()}, MatchedText: c.fit.Text,
		})
	}
	return out, nil
}

// resolve scores the entities that a name may mean, the likeliest first.
func resolve(r store.Reader, query store.Resolve) ([]candidate, error) {
	found, err := r.ResolveEntities(query)
	if err != nil {
		return nil, err
	}
	best := map[string]candidate{}
	for _, entity := range found {
		fit, ok := entity.Fit(query.Name)
		if !ok {
			continue
		}
		if entity, ok, err = mergedInto(r, entity, query.At); err != nil {
			return nil, err
		}
		if !ok || query.Type != "" && entity.Type != query.Type {
			continue
		}
		c := candidate{entity, fit}
		if other, found := best[entity.ID]; !found || compareFits(c, other) < 0 {
			best[entity.ID] = c
		}
	}
	candidates := make([]candidate, 0, len(best))
	for _, c := range best {
		candidates = append(candidates, c)
	}
	slices.SortFunc(candidates, compareFits)
	return candidates, nil
}

// compareFits is the order of candidates; of one entity that fits by several names
// the first counts.
func compareFits(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.fit.Hundredths, a.fit.Hundredths), strings.Compare(a.ID, b.ID), strings.Compare(a.fit.Text, b.fit.Text))
}

// mergedInto follows the merges of an entity to the one that stands; ok is false if
// that is not on record any more.
func mergedInto(r store.Reader, entity domain.Entity, at recordtime.Time) (target domain.Entity, ok bool, err error) {
	for seen := map[string]bool{}; entity.RedirectTo != "" && !seen[entity.ID]; {
		seen[entity.ID] = true
		next, found, err := r.Entity(domain.LastID(entity.RedirectTo), at)
		if err != nil || !found {
			return entity, false, err
		}
		entity = next
	}
	return entity, !entity.IsHidden(), nil
}
