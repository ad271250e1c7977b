package cite

import (
	"cmp"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// entityKinds are what entities are.
var entityKinds = map[statementsv1.Entity_EntityType]string{
	statementsv1.Entity_PERSON: "person", statementsv1.Entity_ORGANIZATION: "organisation", statementsv1.Entity_PLACE: "place",
	statementsv1.Entity_EVENT: "event", statementsv1.Entity_GROUP: "group",
}

// named is what the cited entity or metric is called.
func (w Work) named() string {
	return cmp.Or(w.label(w.Name), w.Entity.GetDisplayName(), w.Metric.GetDisplayName())
}

// known is the entity, what it is, and how others name it.
func (w Work) known() string {
	parts := []string{w.named() + " (" + cmp.Or(entityKinds[w.Entity.GetEntityType()], "entity") + ")"}
	if about := w.Entity.GetDescription(); about != "" {
		parts = append(parts, shortened(strings.TrimSuffix(about, ".")))
	}
	return strings.Join(parts, ": ")
}

// defined is the metric, with what tells it from others of a like name.
func (w Work) defined() string {
	notes := []string{"metric"}
	if coverage := w.Metric.GetCoverage(); coverage != "" {
		notes = append(notes, "coverage "+coverage)
	}
	if unit := words.Unit(w.Metric.GetDefaultUnit(), ""); unit != "" {
		notes = append(notes, "in "+unit)
	}
	text := w.named() + " (" + strings.Join(notes, ", ") + ")"
	if about := w.Metric.GetDescription(); about != "" {
		text += ": " + shortened(strings.TrimSuffix(about, "."))
	}
	return text
}
