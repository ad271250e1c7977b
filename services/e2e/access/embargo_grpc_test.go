package access_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// overGRPC are requests of every method that a reader may call and that answers once, by
// package and method. Each of the names is asked for what is under embargo, and for what
// is public.
var overGRPC = map[string][]string{
	"gateway.v1.RecordService/GetCorrection":   {`{"name":"corrections/CORRECTION"}`},
	"gateway.v1.RecordService/ListCorrections": {`{}`, `{"entity":"entities/open-rios"}`},
	"gateway.v1.RecordService/ReadDocument":    {`{"name":"documents/NOTE"}`},
	"gateway.v1.RecordService/BriefEntity":     {`{"name":"entities/open-rios"}`},
	"gateway.v1.RecordService/SearchFacts":     {`{"query":"quokka"}`, `{"query":"731"}`},
	"gateway.v1.RecordService/CompareFigure":   {`{"name":"figures/NUMBER"}`},
	"gateway.v1.RecordService/CiteResource":    {`{"name":"documents/NOTE"}`, `{"name":"statements/WORDS"}`, `{"name":"figures/NUMBER"}`},
	"gateway.v1.RecordService/ExportEvidence":  {`{"name":"statements/WORDS"}`, `{"name":"figures/NUMBER"}`},

	"metrics.v1.CorrectionService/GetCorrection":       {`{"name":"corrections/CORRECTION"}`},
	"metrics.v1.CorrectionService/ListCorrections":     {`{}`},
	"metrics.v1.FigureService/GetFigure":               {`{"name":"figures/NUMBER","showDeleted":true}`},
	"metrics.v1.FigureService/ListFigures":             {`{"showDeleted":true}`, `{"filter":"document = \"documents/NOTE\""}`, `{"filter":"restricted = true"}`},
	"metrics.v1.FigureService/BatchGetFigures":         {`{"names":["figures/NUMBER"],"showDeleted":true}`},
	"metrics.v1.FigureService/SearchFigures":           {`{"query":"731"}`, `{"query":"harbour"}`},
	"metrics.v1.FigureService/CountFigures":            {`{"groupBy":"document"}`, `{"filter":"time_period = \"2031\""}`},
	"metrics.v1.FigureService/GetFigureRevision":       {`{"name":"figures/NUMBER/revisions/1"}`},
	"metrics.v1.FigureService/ListFigureRevisions":     {`{"parent":"figures/NUMBER"}`},
	"metrics.v1.FigureService/DiffFigureRevisions":     {`{"name":"figures/NUMBER/revisions/1","to":"2"}`},
	"metrics.v1.FigureService/CheckComparisonClaims":   {`{"name":"figures/NUMBER"}`},
	"metrics.v1.MetricService/GetMetric":               {`{"name":"metrics/open-goods"}`},
	"metrics.v1.MetricService/ListMetrics":             {`{}`},
	"metrics.v1.MetricService/ListSeries":              {`{"parent":"metrics/open-goods"}`},
	"metrics.v1.MetricService/QueryMetric":             {`{"name":"metrics/open-goods"}`, `{"name":"metrics/open-goods","vintages":"ALL"}`},
	"metrics.v1.MetricService/ListVintages":            {`{"parent":"metrics/open-goods"}`},
	"metrics.v1.MetricService/ListContestedFigures":    {`{"parent":"metrics/open-goods"}`},
	"metrics.v1.MetricService/GetAvailability":         {`{"name":"metrics/open-goods/availability"}`},
	"metrics.v1.MetricService/ResolveMetrics":          {`{"text":"goods"}`},
	"metrics.v1.PlaceService/GetPlace":                 {`{"name":"places/country-mx"}`},
	"metrics.v1.PlaceService/ListPlaces":               {`{"pageSize":5}`},
	"metrics.v1.PlaceService/ResolvePlaces":            {`{"text":"Mexico"}`},
	"metrics.v1.UnitService/ResolveUnits":              {`{"text":"km"}`},
	"metrics.v1.UnitService/ConvertUnit":               {`{"value":"1","from":"km","to":"m"}`},
	"statements.v1.CorrectionService/GetCorrection":    {`{"name":"corrections/CORRECTION"}`},
	"statements.v1.CorrectionService/ListCorrections":  {`{}`, `{"entity":"entities/open-rios"}`, `{"filter":"document = \"documents/NOTE\""}`},
	"statements.v1.DocumentService/GetDocument":        {`{"name":"documents/NOTE","showDeleted":true}`},
	"statements.v1.DocumentService/ListDocuments":      {`{"showDeleted":true}`, `{"filter":"restricted = true"}`, `{"orderBy":"headline","pageSize":1}`},
	"statements.v1.DocumentService/GetDocumentVersion": {`{"name":"documents/NOTE/versions/1"}`},

	"statements.v1.DocumentService/ListDocumentVersions":    {`{"parent":"documents/NOTE"}`},
	"statements.v1.EntityService/GetEntity":                 {`{"name":"entities/open-rios"}`},
	"statements.v1.EntityService/ListEntities":              {`{}`},
	"statements.v1.EntityService/ResolveEntities":           {`{"text":"Ana"}`},
	"statements.v1.ReattributionService/GetReattribution":   {`{"name":"reattributions/SWAP"}`},
	"statements.v1.ReattributionService/ListReattributions": {`{}`},
	"statements.v1.ReviewService/GetReview":                 {`{"name":"statements/WORDS/reviews/sealed-review"}`},
	"statements.v1.ReviewService/ListReviews":               {`{"parent":"statements/WORDS"}`, `{"parent":"statements/-","showDeleted":true}`},
	"statements.v1.ReviewService/ExportClaimReview":         {`{"name":"statements/WORDS/reviews/sealed-review"}`},
	"statements.v1.StatementService/GetStatement":           {`{"name":"statements/WORDS","showDeleted":true}`},
	"statements.v1.StatementService/ListStatements":         {`{"showDeleted":true}`, `{"filter":"speaker:\"entities/open-rios\""}`, `{"filter":"restricted = true"}`},
	"statements.v1.StatementService/BatchGetStatements":     {`{"names":["statements/WORDS"],"showDeleted":true}`},
	"statements.v1.StatementService/SearchStatements":       {`{"query":"quokka","facets":["speaker","document"]}`, `{"query":"harbour"}`},
	"statements.v1.StatementService/GetStatementRevision":   {`{"name":"statements/WORDS/revisions/1"}`},
	"statements.v1.StatementService/ListStatementRevisions": {`{"parent":"statements/WORDS"}`},
	"statements.v1.StatementService/DiffStatementRevisions": {`{"name":"statements/WORDS/revisions/1","to":"2"}`},
	"statements.v1.StatementService/CountStatements":        {`{"groupBy":"document"}`, `{"groupBy":"speaker"}`},
}

// methodsOfReaders are the methods that a reader may call and that answer once.
func methodsOfReaders() map[string]protoreflect.MethodDescriptor {
	all := map[string]protoreflect.MethodDescriptor{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		name, ours := strings.CutPrefix(string(file.Package()), "onrecord.")
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				role, stated := auth.Stated(method)
				if ours && stated && role == auth.Reader && !method.IsStreamingServer() && !method.IsStreamingClient() {
					all[name+"."+string(service.Name())+"/"+string(method.Name())] = method
				}
			}
		}
		return true
	})
	return all
}

// told is what a caller is answered over gRPC, but for times and what follows from them.
func told(t *testing.T, conn *grpc.ClientConn, key string, method protoreflect.MethodDescriptor, request string) string {
	t.Helper()
	in := must.Get(protoregistry.GlobalTypes.FindMessageByName(method.Input().FullName()))(t).New().Interface()
	out := must.Get(protoregistry.GlobalTypes.FindMessageByName(method.Output().FullName()))(t).New().Interface()
	must.OK(t, protojson.Unmarshal([]byte(request), in))
	var said string
	if err := conn.Invoke(showing(t, key), "/"+string(method.Parent().FullName())+"/"+string(method.Name()), in, out); err != nil {
		refused := status.Convert(err)
		must.NotEqual(t, refused.Code().String(), "Internal")
		said = string(must.Get(protojson.Marshal(refused.Proto()))(t))
	} else if file, ok := out.(*httpbody.HttpBody); ok {
		return answer{http.StatusOK, http.Header{"Content-Type": {file.GetContentType()}}, file.GetData()}.said(t)
	} else {
		said = string(must.Get(protojson.Marshal(out))(t))
	}
	var compact bytes.Buffer // protojson varies its spaces
	must.OK(t, json.Compact(&compact, []byte(said)))
	return ids.ReplaceAllString(instants.ReplaceAllString(compact.String(), "T"), "ID")
}

// TestJ15AnEmbargoLeaksNothingOverGRPC: every method that a reader may call answers while
// a document is under embargo as it did before it was on record; then it is there.
func TestJ15AnEmbargoLeaksNothingOverGRPC(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api, conn := over("http://"+server.HTTP, nil), dial(t, server.GRPC, nil)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)))
	methods := methodsOfReaders()
	must.Equal(t, slices.Sorted(maps.Keys(methods)), slices.Sorted(maps.Keys(overGRPC)))
	correction, swap := uuid.NewString(), uuid.NewString() // of nothing yet
	answers := func(key, note, words, number string) map[string]string {
		all := map[string]string{}
		for name, requests := range overGRPC {
			for _, request := range requests {
				request = strings.NewReplacer("NOTE", note, "WORDS", words, "NUMBER", number).Replace(request)
				all[name+" "+request] = told(t, conn, key, methods[name], strings.NewReplacer("CORRECTION", correction, "SWAP", swap).Replace(request))
			}
		}
		return all
	}
	api.done(t, k.editor, "POST", "/v1/entities?entity_id=other", `{"entityType":"PERSON","displayName":"Another"}`)
	hidden := func(key string) map[string]string {
		return answers(key, "sealed-note", "sealed-words", "sealed-number")
	}
	public := func(key string) map[string]string { return answers(key, "open", "open-goods", "open-goods") }
	beforeHidden, beforePublic := hidden(""), public("")
	api.done(t, k.editor, "POST", "/v1/documents:ingest", sealed(t, "sealed", time.Now().Add(time.Hour)))
	api.done(t, k.editor, "POST", "/v1/statements/sealed-words/reviews?review_id=sealed-review", `{"reviewer":"A Desk","textualRating":"Right","publishTime":{"edtf":"2024"}}`)
	api.done(t, k.editor, "POST", "/v1/statements/sealed-words:correct", `{"kind":"ERROR","reason":"quokka","statement":{"statementTime":{"edtf":"2031-02-01"}},"updateMask":"statementTime"}`)
	api.done(t, k.editor, "PATCH", "/v1/figures/sealed-number", `{"obsStatus":["P"]}`)
	swap = strings.TrimPrefix(reattribute(t, api, k.editor, `document = "documents/sealed-note"`, "open-rios", "other"), "reattributions/")
	correction = strings.TrimPrefix(madeSoFar(t, api, k.editor)[0], "corrections/")
	for _, key := range []string{"", k.reader} {
		same(t, hidden(key), beforeHidden)
		same(t, public(key), beforePublic)
	}
	seen := strings.Join(slices.Collect(maps.Values(hidden(k.editor))), "\n")
	must.Contains(t, seen, `"restricted":true`)

	api.done(t, k.editor, "PATCH", "/v1/documents/sealed-note?update_mask=embargoEndTime", `{}`)
	now := hidden("")
	for _, name := range []string{
		"statements.v1.DocumentService/GetDocument", "statements.v1.StatementService/GetStatement", "statements.v1.ReviewService/GetReview",
		"statements.v1.StatementService/SearchStatements", "statements.v1.StatementService/CountStatements", "metrics.v1.FigureService/GetFigure",
		"metrics.v1.MetricService/QueryMetric", "gateway.v1.RecordService/ReadDocument", "gateway.v1.RecordService/SearchFacts",
	} {
		request := name + " " + strings.NewReplacer("NOTE", "sealed-note", "WORDS", "sealed-words", "NUMBER", "sealed-number").Replace(overGRPC[name][0])
		must.True(t, now[request] != beforeHidden[request], "%s says after the end what it said before", request)
	}
	must.False(t, strings.Contains(strings.Join(slices.Collect(maps.Values(now)), "\n"), `"restricted":true`))
}

// same checks that every request is answered as it was before.
func same(t *testing.T, now, before map[string]string) {
	t.Helper()
	for request, said := range now {
		if said != before[request] {
			t.Errorf("%s says\n%s\nand said before\n%s", request, said, before[request])
		}
	}
}
