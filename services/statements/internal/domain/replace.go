package domain

import (
	"reflect"
	"slices"

	"github.com/onrecord/onrecord/services/platform/decimal"
)

// ReplaceSpeaker puts one entity in the place of another as a speaker, and returns
// which speakers that changed.
func (s Statement) ReplaceSpeaker(from, to string) (replaced Statement, changed []int) {
	s.Speakers = slices.Clone(s.Speakers)
	for i := range s.Speakers {
		if s.Speakers[i].Entity == from {
			s.Speakers[i].Entity = to
			changed = append(changed, i)
		}
	}
	return s, changed
}

// DropDoubles drops each of the speakers at some indexes, in order, that another is
// like in everything: who was two, of whom one took the other's place, is one.
func (s Statement) DropDoubles(changed []int) Statement {
	for _, i := range slices.Backward(changed) {
		like := func(other Speaker) bool { return reflect.DeepEqual(other, s.Speakers[i]) }
		if slices.ContainsFunc(s.Speakers[:i], like) || slices.ContainsFunc(s.Speakers[i+1:], like) {
			s.Speakers = slices.Delete(slices.Clone(s.Speakers), i, i+1)
		}
	}
	return s
}

// ReplaceEntity puts one entity in the place of another wherever the statement
// names it. Role and affiliation stay: it is the same entity, under another name.
func (s Statement) ReplaceEntity(from, to string) Statement {
	s, changed := s.ReplaceSpeaker(from, to)
	for i := range s.Speakers {
		speaker := &s.Speakers[i]
		if speaker.Affiliation == from {
			speaker.Affiliation = to
		}
		speaker.Candidates = replaceCandidate(speaker.Candidates, from, to)
	}
	s = s.DropDoubles(changed)
	s.Audience, s.Topics = replaceName(s.Audience, from, to), replaceName(s.Topics, from, to)
	if s.Event == from {
		s.Event = to
	}
	if s.Location == from {
		s.Location = to
	}
	s.Qualifiers = slices.Clone(s.Qualifiers)
	for i := range s.Qualifiers {
		if s.Qualifiers[i].Kind == QualifierEntity && s.Qualifiers[i].Value == from {
			s.Qualifiers[i].Value = to
		}
	}
	return s
}

// replaceName replaces a name in a list that has each once.
func replaceName(names []string, from, to string) []string {
	at := slices.Index(names, from)
	switch {
	case at < 0:
		return names
	case slices.Contains(names, to):
		return slices.Delete(slices.Clone(names), at, at+1)
	}
	names = slices.Clone(names)
	names[at] = to
	return names
}

// replaceCandidate replaces a candidate in a list that has each once: two that
// turn out to be one are as likely as both together.
func replaceCandidate(candidates []Candidate, from, to string) []Candidate {
	at := slices.IndexFunc(candidates, func(c Candidate) bool { return c.Entity == from })
	if at < 0 {
		return candidates
	}
	other := slices.IndexFunc(candidates, func(c Candidate) bool { return c.Entity == to })
	candidates = slices.Clone(candidates)
	candidates[at].Entity = to
	if other < 0 {
		return candidates
	}
	candidates[at].Probability = sum(candidates[at].Probability, candidates[other].Probability)
	candidates = slices.Delete(candidates, other, other+1)
	slices.SortStableFunc(candidates, func(a, b Candidate) int { return parsed(b.Probability).Cmp(parsed(a.Probability)) })
	return candidates
}

// sum adds two probabilities, which have few digits.
func sum(a, b string) string {
	total, _, err := parsed(a).Add(parsed(b))
	if err != nil {
		return a
	}
	return total.String()
}

// parsed reads a decimal that was checked when it came.
func parsed(text string) decimal.Decimal {
	value, err := decimal.Parse(text)
	if err != nil {
		return decimal.Decimal{}
	}
	return value
}

// Restore undoes in a statement what changed between two of its revisions, field by
// field: what is still as it was made becomes what it was before. complete is false
// if a field was changed since, which is left alone.
func (s Statement) Restore(before, made Statement) (restored Statement, complete bool) {
	complete = true
	s.Speakers = slices.Clone(s.Speakers)
	if len(s.Speakers) == len(made.Speakers) && len(before.Speakers) == len(made.Speakers) {
		for i := range s.Speakers {
			restore(&s.Speakers[i], before.Speakers[i], made.Speakers[i], &complete)
		}
	} else {
		restore(&s.Speakers, before.Speakers, made.Speakers, &complete)
	}
	restore(&s.Audience, before.Audience, made.Audience, &complete)
	restore(&s.Topics, before.Topics, made.Topics, &complete)
	restore(&s.Event, before.Event, made.Event, &complete)
	restore(&s.Location, before.Location, made.Location, &complete)
	s.restoreQualifiers(before, made, &complete)
	return s, complete
}

// restore undoes a change of one field.
func restore[T any](current *T, before, made T, complete *bool) {
	switch {
	case reflect.DeepEqual(before, made):
	case reflect.DeepEqual(*current, made):
		*current = before
	default:
		*complete = false
	}
}

// restoreQualifiers undoes changes of single qualifiers.
func (s *Statement) restoreQualifiers(before, made Statement, complete *bool) {
	s.Qualifiers = slices.Clone(s.Qualifiers)
	for i, was := range before.Qualifiers {
		if i >= len(made.Qualifiers) || made.Qualifiers[i] == was {
			continue
		}
		at := slices.Index(s.Qualifiers, made.Qualifiers[i])
		if at < 0 {
			*complete = false
			continue
		}
		s.Qualifiers[at] = was
	}
}
