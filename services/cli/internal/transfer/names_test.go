package transfer_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestARowOfAnotherRecordIsNotTakenForOneOfThisName: what only ends like a name is none, and
// keeps no other row from being taken.
func TestARowOfAnotherRecordIsNotTakenForOneOfThisName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	must.OK(t, os.WriteFile(path, []byte(`{"@type":"Claim","@id":"https://example.org/statements/a","text":"A"}`+"\n"+
		`{"@type":"Claim","@id":"statements/b","text":"B"}`+"\n"), 0o600))
	server := newFake()
	report := must.Get(once(t, server, path, interchange.JSONLD))(t)
	must.Equal(t, report.Rejected, 1)
	must.Equal(t, server.statements, map[string]bool{"statements/b": true})
	must.Contains(t, string(must.Get(os.ReadFile(path+".rejects"))(t)), "want statements/{id}, not https://example.org/statements/a")
}
