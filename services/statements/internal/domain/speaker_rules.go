package domain

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// prepare refuses what cannot be said of a speaker, whose field is path, and puts
// the likeliest candidate first.
func (s *Speaker) prepare(path string, faults *errs.Violations) {
	if s.AnonymityReason != "" && !strings.HasPrefix(s.SourceType, "UNNAMED_") {
		faults.Add(path+".anonymity_reason", Contradictory, "only a source without a name has a reason for it: set source_type to one of the UNNAMED_ types")
		faults.Add(path+".source_type", Contradictory, "does not say that the source is not named, and anonymity_reason says why it is not")
	}
	if len(s.Candidates) == 0 {
		return
	}
	if s.Known() == None {
		faults.Add(path+".candidates", Contradictory, "nobody can be a candidate where value_type says that there is nobody")
		faults.Add(path+".value_type", Contradictory, "says that nobody in particular said it, and there are candidates")
	}
	s.rank(path+".candidates", faults)
}

// rank orders the candidates, whose field is path, by their probability; equals
// stay as they came.
func (s *Speaker) rank(path string, faults *errs.Violations) {
	before := faults.Len()
	sum, seen := decimal.Decimal{}, make(map[string]bool, len(s.Candidates))
	probabilities := make(map[string]decimal.Decimal, len(s.Candidates))
	for i, candidate := range s.Candidates {
		at := errs.Index(path, i)
		if seen[candidate.Entity] {
			faults.Add(at+".entity", DuplicateItem, "%s is twice among the candidates", candidate.Entity)
		}
		seen[candidate.Entity] = true
		if probability, ok := checkProbability(candidate.Probability, at+".probability", faults); ok {
			probabilities[candidate.Entity] = probability
			sum, _, _ = sum.Add(probability) // at most 20 numbers of 6 decimals: exact
		}
	}
	if sum.Cmp(certain) > 0 {
		faults.Add(path, ProbabilityOutOfRange, "together the candidates are more than certain: %s", sum)
	}
	if faults.Len() > before {
		return
	}
	s.Candidates = slices.Clone(s.Candidates)
	slices.SortStableFunc(s.Candidates, func(a, b Candidate) int {
		return probabilities[b.Entity].Cmp(probabilities[a.Entity])
	})
}
