package access_test

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ6NotModifiedIsExact: whoever asks with the tag of an answer, their own, an older one
// or one that another role got, is told 304 exactly if the whole answer would be that, and
// again when the services know without making it. What the gateway remembers is what would
// be answered to whom it never answered.
func TestJ6NotModifiedIsExact(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api := over("http://"+server.HTTP, nil)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)))
	api.done(t, k.editor, "POST", "/v1/documents:ingest", sealed(t, "sealed", time.Now().Add(time.Hour)))

	addresses := slices.DeleteFunc(readers(t), func(address string) bool {
		saysWhen := strings.Contains(address, ":cite") || strings.Contains(address, ":evidence") // each answer is another
		return saysWhen || !strings.HasPrefix(address, "/v1/")
	})
	got := map[string]map[string]string{} // bodies by address and tag
	kept, asked := 0, 0
	check := func() {
		t.Helper()
		for _, address := range addresses {
			if got[address] == nil {
				got[address] = map[string]string{}
			}
			for _, key := range []string{k.editor, "", k.editor} {
				whole := api.ask(t, key, "GET", address, "")
				asked++
				fresh := api.ask(t, key, "GET", address, "", "Accept-Language", "x-"+strconv.Itoa(asked))
				if !strings.Contains(fresh.header.Get("Vary"), "Accept-Language") { // else it is another answer
					must.Equal(t, ids.ReplaceAllString(string(whole.body), "ID"), ids.ReplaceAllString(string(fresh.body), "ID"))
					must.Equal(t, whole.code, fresh.code)
					for _, each := range []http.Header{whole.header, fresh.header} {
						for _, name := range []string{"X-Request-Id", "Date", "Onrecord-Settled-Time"} {
							each.Del(name)
						}
					}
					must.Equal(t, whole.header, fresh.header)
				}
				tag := whole.header.Get("ETag")
				if whole.code == http.StatusOK {
					got[address][tag] = ids.ReplaceAllString(string(whole.body), "ID")
				}
				for known, body := range got[address] {
					again := api.ask(t, key, "GET", address, "", "If-None-Match", known)
					if same := whole.code == http.StatusOK && known == tag; (again.code == http.StatusNotModified) != same {
						t.Fatalf("GET %s with %s: %d, and without %d %s", address, known, again.code, whole.code, tag)
					} else if same {
						kept++
						must.Equal(t, body, ids.ReplaceAllString(string(whole.body), "ID"))
						must.Equal(t, again.header.Get("ETag"), tag)
						must.Equal(t, again.header.Values("Vary"), whole.header.Values("Vary"))
					}
				}
			}
		}
	}
	check()
	api.done(t, k.editor, "PATCH", "/v1/statements/open-goods", `{"rank":"PREFERRED","rankReason":"r"}`)
	api.done(t, k.editor, "PATCH", "/v1/figures/open-goods", `{"obsStatus":["P"]}`)
	check()
	// Over gRPC only who sees what is restricted is told the state, which changes with that too.
	for key, told := range map[string]int{k.editor: 1, k.reader: 0} {
		var header metadata.MD
		ctx := metadata.AppendToOutgoingContext(showing(t, key), rpcserver.UnlessStateKey, "")
		statements := statementsv1.NewStatementServiceClient(dial(t, server.GRPC, nil))
		must.Get(statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: "statements/open-goods"}, grpc.Header(&header)))(t)
		must.Equal(t, len(header[rpcserver.StateKey]), told)
	}
	telemetry := over("http://"+server.Admin, nil).ask(t, k.reader, "GET", "/metrics", "")
	must.True(t, regexp.MustCompile(`onrecord_gateway_revalidated_answers_requests_total\{result="hit"\} [1-9]`).Match(telemetry.body),
		"nothing was remembered: %d %s", telemetry.code, telemetry.body)
	must.True(t, kept > 2*len(addresses), "only %d of %d addresses were asked for with a tag", kept, len(addresses))
}
