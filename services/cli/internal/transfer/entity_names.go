package transfer

import (
	"maps"
	"slices"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// renameEntities puts another name in the place of each entity that a statement
// names: "" takes it away, and with it what is nothing without it.
func renameEntities(statement *statementsv1.Statement, to func(name string) (string, error)) (err error) {
	rename := func(name string) string {
		if name == "" || err != nil {
			return name
		}
		renamed, failed := to(name)
		err = failed
		return renamed
	}
	all := func(names []string) (renamed []string) {
		for _, name := range names {
			if name = rename(name); name != "" {
				renamed = append(renamed, name)
			}
		}
		return renamed
	}
	statement.Audience, statement.Topics = all(statement.GetAudience()), all(statement.GetTopics())
	statement.Event, statement.Location = rename(statement.GetEvent()), rename(statement.GetLocation())
	var speakers []*statementsv1.Speaker
	for _, speaker := range statement.GetSpeakers() {
		named := speaker.GetEntity() != "" || len(speaker.GetCandidates()) > 0
		speaker.Entity, speaker.Affiliation = rename(speaker.GetEntity()), rename(speaker.GetAffiliation())
		for _, candidate := range speaker.GetCandidates() {
			candidate.Entity = rename(candidate.GetEntity())
		}
		speaker.Candidates = slices.DeleteFunc(speaker.GetCandidates(), func(c *statementsv1.Speaker_Candidate) bool { return c.GetEntity() == "" })
		if !named || speaker.GetEntity() != "" || len(speaker.GetCandidates()) > 0 || speaker.GetAttributionText() != "" {
			speakers = append(speakers, speaker)
		}
	}
	statement.Speakers = speakers
	for _, key := range slices.Sorted(maps.Keys(statement.GetQualifiers())) {
		value := statement.GetQualifiers()[key]
		entity, is := value.GetValue().(*statementsv1.QualifierValue_Entity)
		if !is {
			continue
		}
		if entity.Entity = rename(entity.Entity); entity.Entity == "" {
			delete(statement.GetQualifiers(), key)
		}
	}
	return err
}
