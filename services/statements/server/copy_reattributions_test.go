package server_test

import (
	"path/filepath"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// A copy knows what re-attributions and merges did: it can undo them.
func TestACopyCanUndo(t *testing.T) {
	source := pgtest.Database(t)
	s := startOn(t, source, changefeed.Options{}, rpcserver.Options{})
	s.document(t, "d", false)
	s.entity(t, "ana")
	s.entity(t, "ben")
	s.entity(t, "dup")
	for _, id := range []string{"s1", "s2"} {
		s.create(t, id, direct())
	}
	other := direct()
	other.Event = "entities/dup"
	s.create(t, "s3", other)
	done := s.reattribute(t, toBen())
	s.mergeEntity(t, "dup", "ana")
	for _, target := range []string{"sqlite:" + filepath.Join(t.TempDir(), "target.db"), pgtest.Database(t)} {
		revisions := copied(t, source, target)
		must.Equal(t, revisions["reattributions"], 2)
		must.Equal(t, revisions["reattributions/*/statements"], 4)

		c := startOn(t, target, changefeed.Options{}, rpcserver.Options{})
		got, err := c.reattributions.GetReattribution(t.Context(), &statementsv1.GetReattributionRequest{Name: done.GetName()})
		must.OK(t, err)
		must.Equal(t, got, done)
		must.Equal(t, c.undo(t, done.GetName()).GetSkippedCount(), int32(0))
		must.Equal(t, c.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/ana")
		c.unmergeEntity(t, "dup")
		must.Equal(t, c.statement(t, "s3").GetEvent(), "entities/dup")
		must.Equal(t, c.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "name of dup"}), s.resolved(t,
			&statementsv1.ResolveEntitiesRequest{Text: "name of dup", ReadTime: done.GetCreateTime()}))
	}
}
