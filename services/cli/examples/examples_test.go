package examples_test

import (
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/examples"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// load parses the whole record by the names of its documents.
func load(t *testing.T) map[string]*gatewayv1.IngestDocumentRequest {
	t.Helper()
	all := map[string]*gatewayv1.IngestDocumentRequest{}
	for _, file := range must.Get(examples.Record())(t) {
		request := &gatewayv1.IngestDocumentRequest{}
		must.OK(t, protojson.Unmarshal(file.JSON, request))
		must.Equal(t, request.GetDocument().GetName(), file.Document)
		all[file.Document] = request
	}
	return all
}

func report(t *testing.T) *gatewayv1.IngestDocumentRequest {
	t.Helper()
	return load(t)["documents/afp-2023-11-18"]
}

// spans calls visit for every TextSpan in a message, with its path.
func spans(message protoreflect.Message, path string, visit func(path string, span *typev1.TextSpan)) {
	if span, ok := message.Interface().(*typev1.TextSpan); ok {
		visit(path, span)
		return
	}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		at := path + "." + field.JSONName()
		switch {
		case field.Message() == nil || field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				spans(value.List().Get(i).Message(), at, visit)
			}
		default:
			spans(value.Message(), at, visit)
		}
		return true
	})
}

func TestTheContractAcceptsEveryFile(t *testing.T) {
	for name, request := range load(t) {
		t.Run(name, func(t *testing.T) { must.OK(t, protovalidate.Validate(request)) })
	}
}

func TestEverySpanIsConsistent(t *testing.T) {
	for name, request := range load(t) {
		length := int(request.GetVersion().GetTextLength())
		text := sourcetext.Text{}
		if request.GetVersion().GetText() != "" {
			text = must.Get(sourcetext.Normalize(request.GetVersion().GetText()))(t)
			length = text.Len()
		}
		count := 0
		spans(request.ProtoReflect(), name, func(path string, span *typev1.TextSpan) {
			count++
			must.True(t, span.GetStart() >= 0 && span.GetStart() < span.GetEnd() && int(span.GetEnd()) <= length, "%s: [%d, %d)", path, span.GetStart(), span.GetEnd())
			if exact := span.GetExact(); exact != "" {
				must.Equal(t, len([]rune(exact)), int(span.GetEnd()-span.GetStart()))
				if span.GetExactSha256() != "" {
					must.Equal(t, sourcetext.HashOf(exact), span.GetExactSha256())
				}
				must.True(t, !strings.ContainsAny(exact, "“”"), "%s holds quote marks: %s", path, exact)
			}
			if text.Len() > 0 {
				must.OK(t, text.VerifySpan(int(span.GetStart()), int(span.GetEnd()), span.GetExact()))
			}
		})
		must.True(t, count > 0, "%s has no span", name)
	}
}

// The text of the report is its publisher's: nothing but quotations with their
// surroundings and the verbs that introduce them may stand in the project.
func TestTheReportBringsNoText(t *testing.T) {
	request := report(t)
	must.True(t, request.GetDocument().GetTextWithheld())
	must.Equal(t, request.GetVersion().GetText(), "")
	must.Equal(t, request.GetVersion().GetTextLength(), int32(4031))
	must.Equal(t, request.GetVersion().GetTextSha256(), "66b9c28c06308c9225ef2598c40bfb83eabdc8e65ffd434796c043d75b810d53")
	quoted, cue := map[*typev1.TextSpan]bool{}, map[*typev1.TextSpan]bool{}
	for _, statement := range request.GetStatements() {
		direct := statement.GetStatementType() == statementsv1.Statement_DIRECT
		for _, span := range statement.GetContents() {
			quoted[span] = direct
		}
		cue[statement.GetCue()] = direct
		must.Equal(t, statement.GetText() == "", direct)
	}
	spans(request.ProtoReflect(), "", func(path string, span *typev1.TextSpan) {
		must.Equal(t, span.GetExact() != "", quoted[span] || cue[span])
		must.True(t, !cue[span] || !strings.Contains(span.GetExact(), " "), "%s is more than a verb: %s", path, span.GetExact())
		must.True(t, quoted[span] || span.GetPrefix()+span.GetSuffix() == "", "%s has context", path)
		must.True(t, len([]rune(span.GetPrefix())) <= 32 && len([]rune(span.GetSuffix())) <= 32, "%s has too much context", path)
		must.Equal(t, len(span.GetExactSha256()), 64)
	})
	for _, figure := range request.GetFigures() {
		must.Equal(t, figure.GetReported().GetText(), "")
	}
}

func TestTheReportHasEightQuotations(t *testing.T) {
	type said struct{ Speaker, Role, Time, Event, Location, Audience string }
	got := map[string]said{}
	for _, statement := range report(t).GetStatements() {
		if statement.GetStatementType() != statementsv1.Statement_DIRECT {
			continue
		}
		must.Equal(t, len(statement.GetContents()), 1)
		speaker := statement.GetSpeakers()[0]
		when := statement.GetStatementTime().GetEdtf()
		if when == "" {
			when = statement.GetStatementTime().GetMissingReason().String()
		}
		got[statement.GetContents()[0].GetExact()] = said{
			strings.TrimPrefix(speaker.GetEntity(), "entities/"), speaker.GetRole(), when,
			strings.TrimPrefix(statement.GetEvent(), "entities/"), strings.TrimPrefix(statement.GetLocation(), "entities/"),
			strings.TrimPrefix(strings.Join(statement.GetAudience(), ","), "entities/"),
		}
	}
	const (
		biden, us     = "joe-biden", "President of the United States"
		obrador, mx   = "andres-manuel-lopez-obrador", "President of Mexico"
		friday, there = "2023-11-17", "san-francisco"
		meeting       = "biden-lopez-obrador-meeting-2023-11-17"
	)
	must.Equal(t, got, map[string]said{
		"I know it’s not easy": {biden, us, friday, meeting, there, obrador},
		"act of solidarity":    {obrador, mx, friday, meeting, there, biden},
		"fully aware of the damage it poses to the United States’ youth": {obrador, mx, friday, meeting, there, biden},
		"I couldn’t have a better partner than you":                      {biden, us, friday, meeting, there, obrador},
		"a man with convictions, a good man.":                            {obrador, mx, friday, meeting, there, ""},
		"emphasised the importance of reaching an agreement to exchange information on shipments leaving Asia,": {
			"mexico-foreign-ministry", "", "NOT_STATED", "", "", ""},
		"growing our incredibly vibrant economic cooperation with Mexico, and building on broad cooperation on a whole host of issues,": {
			"brian-nichols", "Top United States diplomat for Latin America", "NOT_STATED", "", "", ""},
		"a very good relationship with the US government.": {obrador, mx, "NOT_STATED", "", "", ""},
	})
}

func TestStatementsInStatementsLieInThem(t *testing.T) {
	byName := map[string]*statementsv1.Statement{}
	for _, statement := range report(t).GetStatements() {
		byName[statement.GetName()] = statement
	}
	nested := 0
	for _, statement := range byName {
		if statement.GetParentStatement() == "" {
			continue
		}
		nested++
		inner, outer := statement.GetContents()[0], byName[statement.GetParentStatement()].GetContents()[0]
		must.True(t, outer.GetStart() <= inner.GetStart() && inner.GetEnd() <= outer.GetEnd(), "%s lies outside its parent", statement.GetName())
	}
	must.Equal(t, nested, 2)
}

func TestEveryReferenceIsInTheSameFile(t *testing.T) {
	for file, request := range load(t) {
		known := map[string]bool{"": true}
		for _, entity := range request.GetEntities() {
			known[entity.GetName()] = true
		}
		for _, metric := range request.GetMetrics() {
			known[metric.GetName()] = true
		}
		for _, statement := range request.GetStatements() {
			for _, name := range append([]string{statement.GetEvent(), statement.GetLocation()}, statement.GetAudience()...) {
				must.True(t, known[name], "%s: %s is not in the file", file, name)
			}
			for _, speaker := range statement.GetSpeakers() {
				must.True(t, known[speaker.GetEntity()] && known[speaker.GetAffiliation()], "%s: %v is not in the file", file, speaker)
			}
		}
		for _, figure := range request.GetFigures() {
			must.True(t, known[figure.GetMetric()], "%s: %s is not in the file", file, figure.GetMetric())
		}
	}
}

// Files share entities and metrics; a second definition that differs could not
// be loaded.
func TestSharedDefinitionsAgree(t *testing.T) {
	seen := map[string]proto.Message{}
	agree := func(name string, message proto.Message) {
		if before, ok := seen[name]; ok {
			must.Equal(t, message, before)
		}
		seen[name] = message
	}
	for _, request := range load(t) {
		for _, entity := range request.GetEntities() {
			agree(entity.GetName(), entity)
		}
		for _, metric := range request.GetMetrics() {
			agree(metric.GetName(), metric)
		}
	}
}

func TestTheFiguresOfTheReport(t *testing.T) {
	figures := map[string]*metricsv1.Figure{}
	for _, figure := range report(t).GetFigures() {
		figures[strings.TrimPrefix(figure.GetName(), "figures/afp-2023-11-18-")] = figure
	}
	must.Equal(t, len(figures), 5)

	trade := figures["bilateral-trade"]
	must.Equal(t, trade.GetValue().GetValue()+" "+trade.GetUnit().GetCode(), "860 USD")
	must.Equal(t, trade.GetUnitMult(), int32(9))
	must.Equal(t, trade.GetTimePeriod().GetEdtf()+" "+trade.GetTimePeriod().GetPrinted().GetText(), "2022 last year")
	must.Equal(t, trade.GetComparisonClaims()[0].GetKind(), metricsv1.ComparisonClaim_RECORD_HIGH)

	must.Equal(t, figures["border-length"].GetValue().GetValue(), "3000")
	must.Equal(t, figures["border-length"].GetTimePeriod().GetMissingReason(), typev1.TimePeriod_NOT_STATED)

	funds := figures["border-funds"]
	must.Equal(t, funds.GetValue().GetValue()+" "+funds.GetAlternates()[0].GetValue().GetValue(), "14 18")
	must.Equal(t, funds.GetAlternates()[0].GetUnit().GetCode(), "SGD")

	deaths := figures["fentanyl-deaths"]
	must.Equal(t, deaths.GetLower().GetValue().GetValue()+" "+deaths.GetUpper().GetValue().GetValue(), "20000 100000")
	must.True(t, deaths.GetLower().GetInclusive() && !deaths.GetUpper().GetInclusive())
	must.Equal(t, deaths.GetValue(), nil)

	must.Equal(t, figures["border-crossings"].GetMissingReason(), metricsv1.Figure_NOT_STATED)
}
