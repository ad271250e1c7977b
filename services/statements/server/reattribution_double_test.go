package server_test

import (
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// jointly is a statement of several speakers.
func jointly(speakers ...*statementsv1.Speaker) *statementsv1.Statement {
	out := direct()
	out.Speakers = speakers
	return out
}

func (s *service) speakers(t testing.TB, id string) []*statementsv1.Speaker {
	t.Helper()
	return s.statement(t, id).GetSpeakers()
}

// Two speakers who turn out to be one are listed once, unless something told of them
// differs; undoing makes them two again.
func TestASpeakerIsNotListedTwice(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, s *service) (undo func()){
		"re-attribution": func(t *testing.T, s *service) func() {
			done := s.reattribute(t, toBen())
			return func() { must.Equal(t, s.undo(t, done.GetName()).GetSkippedCount(), int32(0)) }
		},
		"merge": func(t *testing.T, s *service) func() {
			s.mergeEntity(t, "ana", "ben")
			return func() { s.unmergeEntity(t, "ana") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			onFilled(t, func(t *testing.T, s *service) {
				s.entity(t, "ben")
				ana, ben := &statementsv1.Speaker{Entity: "entities/ana"}, &statementsv1.Speaker{Entity: "entities/ben"}
				said := &statementsv1.Speaker{Entity: "entities/ana", AttributionText: "she"}
				both := s.create(t, "both", jointly(ana, ben)).GetSpeakers()
				turned := s.create(t, "turned", jointly(ben, ana)).GetSpeakers()
				apart := s.create(t, "apart", jointly(said, ben)).GetSpeakers()
				undo := change(t, s)
				must.Equal(t, s.speakers(t, "both"), both[1:])
				must.Equal(t, s.speakers(t, "turned"), turned[:1])
				must.Equal(t, len(s.speakers(t, "apart")), 2)
				must.Equal(t, s.speakers(t, "apart")[0].GetEntity(), "entities/ben")
				undo()
				must.Equal(t, s.speakers(t, "both"), both)
				must.Equal(t, s.speakers(t, "turned"), turned)
				must.Equal(t, s.speakers(t, "apart"), apart)
			})
		})
	}
}
