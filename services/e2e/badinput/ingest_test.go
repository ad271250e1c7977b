package badinput_test

import (
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const ingestPath = "/v1/documents:ingest"

// TestBadIngests: one thing wrong in a record, in either of its halves, and none
// of it is on record, not even its names.
func TestBadIngests(t *testing.T) {
	request := func(spoil func(*gatewayv1.IngestDocumentRequest)) *gatewayv1.IngestDocumentRequest {
		r := fixture.Record(t, "bad-ingest", uuid.NewString())
		spoil(r)
		return r
	}
	for name, c := range map[string]struct {
		spoil func(*gatewayv1.IngestDocumentRequest)
		want  client.Want
	}{
		"a quote that is not in the text": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Statements[0].Contents[0].Exact = "We moved US$15 billion of goods,"
		}, client.Invalid("SPAN_MISMATCH", "statements[0].contents[0].exact")},
		"a figure that is not in the text": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Figures[1].Reported.Spans[0].Exact = "3.000 km"
		}, client.Invalid("SPAN_MISMATCH", "figures[1].reported.spans[0].exact")},
		"a span beyond the text": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Statements[1].Contents[0].Start, r.Statements[1].Contents[0].End = proto.Int32(5000), 5042
		}, client.Invalid("SPAN_OUT_OF_RANGE", "statements[1].contents[0].end")},
		"39 digits": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Figures[0].Value = fixture.Number("123456789012345678901234567890123456789")
		}, client.Invalid("TOO_MANY_DIGITS", "figures[0].value.value")},
		"a contradiction": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Figures[1].Approximator = metricsv1.Figure_NEARLY
		}, client.Invalid("CONTRADICTORY", "figures[1].valueKind")},
		"a month 13": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Version.PublishTime = &typev1.TimePeriod{Edtf: "2023-13"}
		}, client.Invalid("INVALID_PERIOD", "version.publishTime.edtf")},
		"an entity that is nowhere": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Entities = nil
		}, client.Invalid("REFERENCE_NOT_FOUND", "statements[0].speakers[0].entity")},
		"a metric that is nowhere": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Metrics = r.Metrics[:1]
		}, client.Invalid("REFERENCE_NOT_FOUND", "figures[1].metric")},
		"a hash of another text": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Version.TextSha256 = "66b9c28c06308c9225ef2598c40bfb83eabdc8e65ffd434796c043d75b810d53"
		}, client.Invalid("TEXT_HASH_MISMATCH", "version.textSha256")},
		"no text": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Version.Text = ""
		}, client.Invalid("TEXT_REQUIRED", "version.text")},
		"a version that names itself": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Version.Name = "documents/bad-ingest/versions/7"
		}, client.Invalid("FIELD_NOT_EMPTY", "version.name")},
		"a statement of another version": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Statements[0].DocumentVersion = version
		}, client.Invalid("FIELD_NOT_EMPTY", "statements[0].documentVersion")},
		"a figure from nowhere": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Figures[0].Reported.Spans = nil
		}, client.Invalid("FIELD_REQUIRED", "figures[0].origin")},
		"a statement twice": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Statements[1].Name = r.Statements[0].Name
		}, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "STATEMENT_EXISTS"}},
		"a figure twice": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Figures[1].Name = r.Figures[0].Name
		}, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "FIGURE_EXISTS"}},
		"an entity that is otherwise on record": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Entities = append(r.Entities, &statementsv1.Entity{Name: person, EntityType: statementsv1.Entity_PERSON, DisplayName: "Another Ana"})
		}, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "ENTITY_DIFFERS"}},
		"a metric that is otherwise on record": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Metrics[0].Name = "metrics/number"
			r.Figures[0].Metric = "metrics/number"
		}, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "METRIC_DIFFERS"}},
		"a statement that is on record": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Statements[0].Name = "statements/taken"
		}, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "STATEMENT_EXISTS"}},
		"a figure that is on record": {func(r *gatewayv1.IngestDocumentRequest) {
			r.Figures[0].Name = "figures/taken"
		}, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "FIGURE_EXISTS"}},
		"a request id that is none": {func(r *gatewayv1.IngestDocumentRequest) {
			r.RequestId = "1"
		}, client.Invalid("INVALID_REQUEST", "requestId")},
	} {
		t.Run(name, func(t *testing.T) {
			haveTaken(t)
			for _, only := range []bool{true, false} {
				body := request(c.spoil)
				body.ValidateOnly = only
				refused(t, client.Request{Method: "POST", Path: ingestPath, Body: body}, c.want)
			}
			api.Get(t, "/v1/documents/bad-ingest:read").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND"})
		})
	}

	good := fixture.Record(t, "bad-ingest", uuid.NewString())
	t.Run("tried only", func(t *testing.T) {
		try := proto.CloneOf(good)
		try.ValidateOnly = true
		unchanged(t, func() {
			answer := &gatewayv1.IngestDocumentResponse{}
			api.Post(t, ingestPath, try).Into(t, answer)
			must.True(t, answer.GetRecordTime() == nil, "a try has no record time")
		})
	})
	t.Run("and then right", func(t *testing.T) {
		// Every name is still free, and so is the request id of a refused attempt.
		spoiled := proto.CloneOf(good)
		spoiled.Figures[0].UnitMult = 31
		refused(t, client.Request{Method: "POST", Path: ingestPath, Body: spoiled}, client.Invalid("INVALID_REQUEST", "figures[0].unitMult"))
		api.Post(t, ingestPath, good).OK(t)
		read := client.Read(t, api, "/v1/documents/bad-ingest:read", &gatewayv1.ReadDocumentResponse{})
		must.Equal(t, len(read.GetFacts()), fixture.Facts)
	})
	t.Run("the request id again, for another record", func(t *testing.T) {
		other := fixture.Record(t, "another", good.GetRequestId())
		refused(t, client.Request{Method: "POST", Path: ingestPath, Body: other}, client.Invalid("REQUEST_ID_REUSED", "requestId"))
	})
	t.Run("the record again, changed", func(t *testing.T) {
		changed := fixture.Record(t, "bad-ingest", uuid.NewString())
		changed.Document.Headline = "Another headline"
		refused(t, client.Request{Method: "POST", Path: ingestPath, Body: changed}, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "DOCUMENT_DIFFERS", Field: "document.headline"})
	})
}

// haveTaken puts a statement and a figure on record whose names are then taken.
func haveTaken(t *testing.T) {
	t.Helper()
	if api.Get(t, "/v1/statements/taken").Code == 200 {
		return
	}
	api.Post(t, "/v1/statements?statement_id=taken", said(version, inText(t, text, "October"))).OK(t)
	api.Post(t, "/v1/figures?figure_id=taken", point("9")).OK(t)
}

// TestBatches are all or none.
func TestBatches(t *testing.T) {
	good := object{"figure": point("1"), "figureId": "batch-good"}
	refused(t, client.Request{Method: "POST", Path: "/v1/figures:batchCreate", Body: object{"requests": []object{good, {"figure": point("NaN")}}}},
		client.Invalid("MALFORMED_DECIMAL", "requests[1].figure.value.value"))
	refused(t, client.Request{Method: "POST", Path: "/v1/figures:batchCreate", Body: object{"requests": []object{good, good}}}, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "FIGURE_EXISTS"})
	refused(t, client.Request{Method: "POST", Path: "/v1/figures:batchCreate", Body: object{"requests": []object{}}}, client.Invalid("INVALID_REQUEST", "requests"))
	spoken := object{"statement": said(version, inText(t, text, "Congress")), "statementId": "batch-good"}
	wrong := object{"statement": said(version, passage(0, 8, "Congress"))}
	refused(t, client.Request{Method: "POST", Path: "/v1/statements:batchCreate", Body: object{"requests": []object{spoken, wrong}}},
		client.Invalid("SPAN_MISMATCH", "requests[1].statement.contents[0].exact"))
	many := make([]object, 1001)
	for i := range many {
		many[i] = object{"figure": point("1")}
	}
	refused(t, client.Request{Method: "POST", Path: "/v1/figures:batchCreate", Body: object{"requests": many}}, client.Invalid("INVALID_REQUEST", "requests"))
	api.Get(t, "/v1/figures/batch-good").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND"})
	api.Get(t, "/v1/statements/batch-good").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND"})
}
