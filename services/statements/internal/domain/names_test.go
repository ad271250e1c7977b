package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestNamesReadBack(t *testing.T) {
	for _, test := range []struct {
		name  string
		parse func(string) (string, error)
	}{
		{domain.DocumentName("x-1"), domain.ParseDocument},
		{domain.EntityName("x-1"), domain.ParseEntity},
		{domain.StatementName("x-1"), domain.ParseStatement},
	} {
		id, err := test.parse(test.name)
		must.OK(t, err)
		must.Equal(t, id, "x-1")
		must.Equal(t, domain.LastID(test.name), "x-1")
		for _, bad := range []string{"", "x-1", test.name + "/", "/" + test.name, test.name + "/x", test.name + "X", "nothing/x-1"} {
			_, err := test.parse(bad)
			must.Err(t, err)
		}
	}
	document, version, err := domain.ParseVersion(domain.VersionName("d", 12))
	must.OK(t, err)
	must.Equal(t, document, "d")
	must.Equal(t, version, int64(12))
	statement, revision, err := domain.ParseRevision(domain.RevisionName("s", 3))
	must.OK(t, err)
	must.Equal(t, statement, "s")
	must.Equal(t, revision, int64(3))
	for _, bad := range []string{"documents/d/versions/0", "documents/d/versions/01", "documents/d/versions/x", "documents/d"} {
		_, _, err := domain.ParseVersion(bad)
		must.Err(t, err)
	}
}

func TestReferences(t *testing.T) {
	s := domain.Statement{
		Document: "d", Version: 2, Event: "entities/e", Parent: "statements/p", Audience: []string{"entities/a"},
		Speakers: []domain.Speaker{{AttributionText: "nobody named"}, {Entity: "entities/s", Role: "r", Affiliation: "entities/o"}},
	}
	type ref struct {
		Kind         domain.RefKind
		Value, Field string
	}
	var refs []ref
	for _, r := range s.Refs() {
		refs = append(refs, ref{r.Kind, r.Value, r.Field()})
	}
	must.Equal(t, refs, []ref{
		{Kind: domain.RefDocument, Value: "documents/d", Field: "document_version"},
		{Kind: domain.RefVersion, Value: "documents/d/versions/2", Field: "document_version"},
		{Kind: domain.RefEvent, Value: "entities/e", Field: "event"},
		{Kind: domain.RefParent, Value: "statements/p", Field: "parent_statement"},
		{Kind: domain.RefValueType, Value: domain.Unknown, Field: "speakers[0].value_type"},
		{Kind: domain.RefSpeaker, Value: "entities/s", Field: "speakers[1].entity"},
		{Kind: domain.RefAffiliation, Value: "entities/o", Field: "speakers[1].affiliation"},
		{Kind: domain.RefRole, Value: "r", Field: "speakers[1].role"},
		{Kind: domain.RefValueType, Value: domain.Value, Field: "speakers[1].value_type"},
		{Kind: domain.RefAudience, Value: "entities/a", Field: "audience[0]"},
	})
}
