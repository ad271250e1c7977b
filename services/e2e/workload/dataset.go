package workload

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// The size of the data set.
const (
	// Documents is how many documents there are.
	Documents = 20
	// Statements is how many statements a document has.
	Statements = 200
	// Points is how many monthly figures a document has, which are one series.
	Points = 200
	// Speakers is how many people speak.
	Speakers = 40
)

// ID is a name's last part: of the n-th thing of a kind.
func ID(kind string, n int) string { return fmt.Sprintf("load-%s-%d", kind, n) }

// Document is the n-th document of the data set.
func Document(n int) *gatewayv1.IngestDocumentRequest {
	return Ingest(ID("document", n), uint64(n), Statements, Points)
}

// Ingest is a document with so many statements and monthly figures. Every name
// in it but those of the speakers contains id; the seed chooses its words.
func Ingest(id string, seed uint64, statements, points int) *gatewayv1.IngestDocumentRequest {
	request := &gatewayv1.IngestDocumentRequest{
		Document: &statementsv1.Document{
			Name: "documents/" + id, Headline: "Minutes " + id, Publisher: "Minutes Office", LanguageCode: "en",
		},
		Metrics: []*metricsv1.Metric{metric(id)},
	}
	for n := range Speakers {
		request.Entities = append(request.Entities, &statementsv1.Entity{
			Name: "entities/" + ID("speaker", n), EntityType: statementsv1.Entity_PERSON, DisplayName: fmt.Sprintf("Speaker %d", n),
		})
	}
	var text writer
	said := newSpeech(seed)
	for n := range statements {
		request.Statements = append(request.Statements, text.statement(fmt.Sprintf("%s-%d", id, n), n%Speakers, said.sentence()))
	}
	for n := range points {
		request.Figures = append(request.Figures, text.figure(id, n, 1000+said.random.IntN(9000)))
	}
	request.Version = &statementsv1.DocumentVersion{Text: text.String(), PublishTime: &typev1.TimePeriod{Edtf: "2023-11-18"}}
	return request
}

func metric(id string) *metricsv1.Metric {
	return &metricsv1.Metric{
		Name: "metrics/" + id, DisplayName: "Trade of " + id, MeasuredProperty: "trade", StatType: metricsv1.Metric_VALUE,
		Coverage: "goods only", DefaultUnit: dollar(),
		Dimensions: []*metricsv1.Dimension{{Id: "REF_AREA", DisplayName: "Area", Required: true}},
	}
}

func dollar() *metricsv1.Unit { return &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"} }

// writer writes a document's text and knows where its parts stand.
type writer struct {
	strings.Builder

	length int // in code points
}

// write appends words and answers the span at which they stand.
func (w *writer) write(words string) *typev1.TextSpan {
	start := w.length
	w.length += utf8.RuneCountInString(words)
	w.WriteString(words)
	return &typev1.TextSpan{Start: proto.Int32(int32(start)), End: int32(w.length), Exact: words}
}

// statement writes one line of minutes and answers what is said there.
func (w *writer) statement(id string, speaker int, words string) *statementsv1.Statement {
	s := NewStatement(id, speaker)
	mention := w.write(s.GetSpeakers()[0].GetAttributionText())
	w.write(" ")
	s.Cue = w.write("said")
	w.write(": “")
	content := w.write(words)
	w.write(".”\n")
	s.Contents, s.SourceMentions = []*typev1.TextSpan{content}, []*typev1.TextSpan{mention}
	return s
}

// NewStatement is a statement of a speaker without its spans. It has no name if
// id is empty.
func NewStatement(id string, speaker int) *statementsv1.Statement {
	s := &statementsv1.Statement{
		StatementType: statementsv1.Statement_DIRECT,
		Speakers: []*statementsv1.Speaker{{
			Entity: "entities/" + ID("speaker", speaker), AttributionText: fmt.Sprintf("Speaker %d", speaker), Role: "Member",
		}},
		StatementTime: &typev1.TimePeriod{Edtf: "2023-11-17"},
	}
	if id != "" {
		s.Name = "statements/" + id
	}
	return s
}

// figure writes the line of a month and answers its figure.
func (w *writer) figure(id string, month, value int) *metricsv1.Figure {
	period := fmt.Sprintf("%04d-%02d", 1990+month/12, 1+month%12)
	w.write(period + " ")
	printed := fmt.Sprintf("%d.%d", value/10, value%10)
	span := w.write(printed)
	span.Role = typev1.TextSpan_CONTENT
	w.write("\n")
	return &metricsv1.Figure{
		Name: fmt.Sprintf("figures/%s-%d", id, month), Metric: "metrics/" + id,
		Dimensions: map[string]string{"REF_AREA": "MX"},
		TimePeriod: &typev1.TimePeriod{Edtf: period}, Frequency: metricsv1.Figure_M,
		Reported: &metricsv1.Reported{
			NumberText: printed, Value: &decimal.Decimal{Value: printed}, Spans: []*typev1.TextSpan{span},
		},
		ValueKind: metricsv1.Figure_POINT, Value: &decimal.Decimal{Value: printed}, Approximator: metricsv1.Figure_NONE,
		Unit: dollar(), UnitMult: 6,
		Origin: &metricsv1.Origin{Producer: "Minutes Office", Title: "Trade"},
	}
}
