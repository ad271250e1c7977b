package protodiff_test

import (
	"encoding/json"
	"testing"

	"google.golang.org/protobuf/types/known/apipb"
	"google.golang.org/protobuf/types/known/sourcecontextpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/onrecord/onrecord/services/platform/protodiff"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// compare writes changes as texts.
func compare(t *testing.T, before, after *apipb.Api) []string {
	t.Helper()
	changes, err := protodiff.Compare(before, after)
	must.OK(t, err)
	texts := []string{}
	for _, change := range changes {
		texts = append(texts, change.Field+": "+text(t, change.Old)+" -> "+text(t, change.New))
	}
	return texts
}

func text(t *testing.T, value *structpb.Value) string {
	t.Helper()
	if value == nil {
		return "none"
	}
	return string(must.Get(json.Marshal(value.AsInterface()))(t))
}

func TestCompare(t *testing.T) {
	before := &apipb.Api{
		Name: "a", Version: "1", SourceContext: &sourcecontextpb.SourceContext{FileName: "f"},
		Methods: []*apipb.Method{{Name: "m", RequestTypeUrl: "r"}, {Name: "n"}},
	}
	must.Equal(t, compare(t, before, before), []string{})
	after := &apipb.Api{
		Name: "b", SourceContext: &sourcecontextpb.SourceContext{FileName: "g"},
		Methods: []*apipb.Method{{Name: "m", RequestTypeUrl: "s"}},
	}
	must.Equal(t, compare(t, before, after), []string{
		`name: "a" -> "b"`, `methods[0].request_type_url: "r" -> "s"`, `methods[1]: {"name":"n"} -> none`, `version: "1" -> none`,
		`source_context.file_name: "f" -> "g"`,
	})
	must.Equal(t, compare(t, &apipb.Api{}, &apipb.Api{SourceContext: before.GetSourceContext()}), []string{`source_context: none -> {"fileName":"f"}`})
}
