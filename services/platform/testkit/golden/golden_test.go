package golden_test

import (
	"flag"
	"os"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/golden"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestUpdateThenCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	before := flag.Lookup("update").Value.String()
	must.OK(t, flag.Set("update", "true"))
	golden.Check(t, "deep/answer.txt", []byte("one\n"))
	golden.JSON(t, "answer.json", []byte(`{"a":  [1,2]}`))
	must.OK(t, flag.Set("update", "false"))
	t.Cleanup(func() { must.OK(t, flag.Set("update", before)) })

	golden.Check(t, "deep/answer.txt", []byte("one\n"))
	golden.JSON(t, "answer.json", []byte(` {"a":[1, 2]}`))
	content := must.Get(os.ReadFile("testdata/answer.json"))(t)
	must.Equal(t, string(content), "{\n  \"a\": [\n    1,\n    2\n  ]\n}\n")
}
