package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

const ana, ben, eve = "entities/ana", "entities/ben", "entities/eve"

// everywhere is a statement that names an entity wherever one can be named.
func everywhere(name string) domain.Statement {
	return domain.Statement{
		Speakers: []domain.Speaker{
			{Entity: name, Affiliation: name, Role: "r"},
			{Candidates: []domain.Candidate{{Entity: eve, Probability: "0.5"}, {Entity: name, Probability: "0.2"}}},
		},
		Audience: []string{name, eve}, Topics: []string{eve, name}, Event: name, Location: name,
		Qualifiers: []domain.Qualifier{
			{Key: "a", Kind: domain.QualifierText, Value: ana}, {Key: "b", Kind: domain.QualifierEntity, Value: name},
		},
	}
}

func TestReplaceEntity(t *testing.T) {
	before := everywhere(ana)
	must.Equal(t, before.ReplaceEntity(ana, ben), everywhere(ben))
	must.Equal(t, before, everywhere(ana)) // the original is left alone
	must.Equal(t, before.ReplaceEntity("entities/x", ben), before)
	for _, ref := range before.ReplaceEntity(ana, ben).Refs() {
		must.NotEqual(t, ref.Value, ana)
	}

	// What is there already is there once.
	joined := before.ReplaceEntity(ana, eve)
	must.Equal(t, joined.Audience, []string{eve})
	must.Equal(t, joined.Topics, []string{eve})
	must.Equal(t, joined.Speakers[1].Candidates, []domain.Candidate{{Entity: eve, Probability: "0.7"}})
}

func TestDropDoubles(t *testing.T) {
	speakers := func(all ...domain.Speaker) domain.Statement { return domain.Statement{Speakers: all} }
	one, role := domain.Speaker{Entity: ben}, domain.Speaker{Entity: ben, Role: "r"}
	must.Equal(t, speakers(one, role, one).DropDoubles([]int{2}), speakers(one, role))
	must.Equal(t, speakers(one, role, one).DropDoubles([]int{0}), speakers(role, one))
	must.Equal(t, speakers(one, one, one).DropDoubles([]int{0, 1}), speakers(one))
	must.Equal(t, speakers(one, one).DropDoubles(nil), speakers(one, one)) // they were there
	must.Equal(t, speakers(one, role).DropDoubles([]int{0, 1}), speakers(one, role))
	before := speakers(domain.Speaker{Entity: ana}, one)
	made := before.ReplaceEntity(ana, ben)
	must.Equal(t, made, speakers(one))
	restored, complete := made.Restore(before, made)
	must.True(t, complete)
	must.Equal(t, restored, before)
}

func TestRestore(t *testing.T) {
	before, made := everywhere(ana), everywhere(ben)
	restored, complete := made.Restore(before, made)
	must.True(t, complete)
	must.Equal(t, restored, before)

	// What was changed since is left alone, the rest is restored.
	changed := everywhere(ben)
	changed.Speakers[0].Role, changed.Event, changed.Comment = "other", eve, "c"
	restored, complete = changed.Restore(before, made)
	must.False(t, complete)
	want := everywhere(ana)
	want.Speakers[0] = changed.Speakers[0]
	want.Event, want.Comment = eve, "c"
	must.Equal(t, restored, want)

	// Other fields do not matter.
	changed = everywhere(ben)
	changed.Comment, changed.Rank = "c", domain.Deprecated
	restored, complete = changed.Restore(before, made)
	must.True(t, complete)
	must.Equal(t, restored.Comment, "c")
	must.Equal(t, restored.Speakers, before.Speakers)

	// A speaker more: nobody can say which is which.
	changed = everywhere(ben)
	changed.Speakers = append(changed.Speakers, domain.Speaker{Entity: eve})
	restored, complete = changed.Restore(before, made)
	must.False(t, complete)
	must.Equal(t, restored.Speakers, changed.Speakers)
}

func TestAliasesOfAMerge(t *testing.T) {
	target := domain.Entity{DisplayName: "A", Aliases: []string{"B"}, Names: []domain.LocalName{{Text: "C"}}}
	added := target.AddAliases([]string{"A", "D", "B", "C", "E", "D"})
	must.Equal(t, added, []string{"D", "E"})
	must.Equal(t, target.Aliases, []string{"B", "D", "E"})
	target.DropAliases(added)
	must.Equal(t, target.Aliases, []string{"B"})
	full := domain.Entity{DisplayName: "A", Aliases: make([]string, 99)}
	must.Equal(t, full.AddAliases([]string{"x", "y"}), []string{"x"})
}
