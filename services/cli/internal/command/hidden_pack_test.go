package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/evidence"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestVerifyNamesTheRevisionsThatWereNotChecked, since whoever asked for the pack could not read them.
func TestVerifyNamesTheRevisionsThatWereNotChecked(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	statement := &statementsv1.Statement{Name: "statements/s", Uid: "u", RevisionId: "2", DocumentVersion: "documents/d/versions/1"}
	pack := evidence.New("statements/s", at)
	pack.AddGone("documents/d/versions/1")
	must.OK(t, pack.AddResource("statements/s", statement))
	must.OK(t, pack.AddResource("statements/s/revisions/2", &statementsv1.StatementRevision{
		Name: "statements/s/revisions/2", Snapshot: statement, CreateTime: timestamppb.New(at),
	}))
	pack.AddHidden("statements/s/revisions/1")
	file := filepath.Join(t.TempDir(), "pack.zip")
	must.OK(t, os.WriteFile(file, must.Get(pack.Bytes())(t), 0o600))
	got := run(t, "", "verify", file)
	must.Equal(t, []any{got.code, got.err}, []any{0, ""})
	must.Contains(t, strings.Join(table(got.out), "\n"), "HIDDEN, NOT CHECKED\nstatements/s/revisions/1")
}
