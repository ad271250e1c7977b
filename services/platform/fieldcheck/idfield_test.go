package fieldcheck_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestIDField(t *testing.T) {
	for path, want := range map[string]string{
		"statement":             "statement_id",
		"requests[3].statement": "requests[3].statement_id",
		"statements[2]":         "statements[2].name",
	} {
		must.Equal(t, fieldcheck.IDField(path), want)
	}
}
