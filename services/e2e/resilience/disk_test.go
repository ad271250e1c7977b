package resilience_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/disktest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestANightOnAFullDisk: writes are refused and say that they were not done, reads go
// on, and probes say why without taking the program away. It ends on SIGTERM with 0,
// starts again after that and after kill -9, and has all that was acknowledged. When
// there is room it writes again by itself. On a disk that was full from the beginning
// it does not start, and says why.
func TestANightOnAFullDisk(t *testing.T) {
	t.Setenv(stack.ProgramsVariable, filepath.Dir(stack.Program(t, "onrecord"))) // built once for both processes
	if !disktest.Own(t) {
		return
	}
	folder := disktest.Small(t, "24m")
	data := filepath.Join(folder, "data")
	server := stack.StartAllInOne(t, data)
	api := client.New(server.HTTP)
	kept := fixture.Record(t, "kept", uuid.NewString())
	finish(t, api, kept)

	makeRoom := disktest.Fill(t, folder)
	refused := fixture.Record(t, "refused", uuid.NewString())
	full := func() {
		t.Helper()
		request := client.Request{Method: http.MethodPost, Path: "/v1/entities", Body: map[string]any{"entityType": "PERSON", "displayName": "Ana"}}
		answer := api.Do(t, request)
		for answer.Code == http.StatusOK { // the log has some room left
			answer = api.Do(t, request)
		}
		problem := answer.Refused(t, client.Want{HTTP: http.StatusTooManyRequests, Status: "RESOURCE_EXHAUSTED", Reason: "STORAGE_FULL"})
		must.Equal(t, problem.Metadata["write_outcome"], "NOT_WRITTEN")
		api.Post(t, ingestPath, refused).Refused(t, client.Want{HTTP: http.StatusTooManyRequests, Status: "RESOURCE_EXHAUSTED", Reason: "STORAGE_FULL"})
		server.ReadyBut("STORAGE_FULL")
		whole(t, api, kept)
	}
	full()
	must.Equal(t, server.Terminate(), 0)
	server.Restart()
	full()
	server.Kill()
	server.Restart()
	full()
	_, said, code := stack.Try(t, "onrecord", "serve", "--data="+filepath.Join(folder, "other"), "--listen=127.0.0.1:0", "--grpc-listen=127.0.0.1:0", "--admin-listen=")
	must.True(t, code != 0, "it started on a disk without room")
	must.Contains(t, said, "disk is full")

	makeRoom()
	finish(t, api, refused)
	whole(t, api, kept)
}
