package api

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestWhatOnlyWritingGivesIsAField: of at least one kind of resource, so that a field which has
// another name by now is not left in the answer of what is only validated.
func TestWhatOnlyWritingGivesIsAField(t *testing.T) {
	kinds := []proto.Message{&statementsv1.Document{}, &statementsv1.Entity{}, &statementsv1.Statement{}, &statementsv1.Review{}}
	for _, name := range slices.Concat(writtenByChange, writtenAtFirst, writtenUnnamed) {
		must.True(t, slices.ContainsFunc(kinds, func(kind proto.Message) bool {
			return kind.ProtoReflect().Descriptor().Fields().ByName(name) != nil
		}), "no kind of resource has the field %s", name)
	}
}
