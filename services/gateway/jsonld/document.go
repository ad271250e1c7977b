package jsonld

import (
	"regexp"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// schemaDate is what schema.org takes for a date: EDTF is more, such as the quarter 2023-33.
var schemaDate = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?)?)?$`)

// Date is the start of a time as schema.org takes dates; "" if it is not known, or only
// about, or if the time is a season or quarter.
func Date(period *typev1.TimePeriod) string {
	start, _, _ := strings.Cut(period.GetEdtf(), "/")
	if !schemaDate.MatchString(start) {
		return ""
	}
	return start
}

// isDate says that a time is a date of schema.org and nothing else.
func isDate(period *typev1.TimePeriod) bool {
	return period.GetPrinted() == nil && period.GetEdtf() != "" && Date(period) == period.GetEdtf()
}

func document(d *statementsv1.Document) (*Node, proto.Message) {
	rest := protoinput.Of(d)
	node := &Node{
		Type: Article, ID: rest.GetName(), Headline: rest.GetHeadline(), URL: rest.GetUri(), InLanguage: rest.GetLanguageCode(), License: rest.GetLicense(),
	}
	if rest.GetPublisher() != "" {
		node.Publisher = &Ref{Type: Organization, Name: rest.GetPublisher()}
	}
	if rest.GetByline() != "" {
		node.Author = Several[Ref]{{Name: rest.GetByline()}}
	}
	rest.Name, rest.Headline, rest.Uri, rest.LanguageCode, rest.License, rest.Publisher, rest.Byline = "", "", "", "", "", "", ""
	return node, rest
}

func version(v *statementsv1.DocumentVersion) (*Node, proto.Message) {
	rest := protoinput.Of(v)
	document, number, _ := strings.Cut(rest.GetName(), "/versions/")
	node := &Node{
		Type: Article, ID: rest.GetName(), ExampleOfWork: &Ref{ID: document}, Version: number,
		DatePublished: Date(rest.GetPublishTime()), ArticleBody: rest.GetText(),
	}
	rest.Name, rest.Text = "", ""
	if isDate(rest.GetPublishTime()) {
		rest.PublishTime = nil
	}
	return node, rest
}
