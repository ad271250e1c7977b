package jsonld

import (
	"regexp"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// schemaDate is what schema.org takes for a date: EDTF is more.
var schemaDate = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?)?)?$`)

// plainDate is a time that is a date of schema.org and nothing else; "" of any other.
func plainDate(period *typev1.TimePeriod) string {
	if period.GetPrinted() != nil || !schemaDate.MatchString(period.GetEdtf()) {
		return ""
	}
	return period.GetEdtf()
}

func document(d *statementsv1.Document) (*Node, *statementsv1.Document) {
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

func version(v *statementsv1.DocumentVersion) (*Node, *statementsv1.DocumentVersion) {
	rest := protoinput.Of(v)
	document, number, _ := strings.Cut(rest.GetName(), "/versions/")
	node := &Node{
		Type: Article, ID: rest.GetName(), ExampleOfWork: &Ref{ID: document}, Version: number,
		DatePublished: plainDate(rest.GetPublishTime()), ArticleBody: rest.GetText(),
	}
	rest.Name, rest.Text = "", ""
	if node.DatePublished != "" {
		rest.PublishTime = nil
	}
	return node, rest
}
