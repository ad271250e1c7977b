// Package labels reads which languages a reader asks for, and picks what something is called
// in them: REST, pages and joined views alike. Nothing is translated: a name is on record in
// a language, or it is not.
package labels

import (
	"strings"

	"golang.org/x/text/language"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// Languages are the tags of a `language_code`, the preferred first.
func Languages(code string) []string {
	if code == "" {
		return nil
	}
	return strings.Split(code, ",")
}

// canonical is a tag as the header Accept-Language is read too: `iw` is `he`. One that
// says nothing to x/text stays as it is.
func canonical(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	return tag.String()
}

// OfEntity is the name of an entity in the first of the languages that it is on record in,
// with that language, and else its `display_name`: with the language in which `names` has
// it, if it does.
//
// A language finds names as RFC 4647, section 3.4, looks them up: `de-AT` finds `de-AT`, and
// then `de`. Where there is none, it finds the first that says more: `zh` finds `zh-Hant`.
// Tags that stand for the same language find the same.
func OfEntity(languages []string, entity *statementsv1.Entity) *gatewayv1.Label {
	for _, asked := range languages {
		if name := lookUp(entity.GetNames(), canonical(asked)); name != nil {
			return &gatewayv1.Label{Text: name.GetText(), LanguageCode: name.GetLanguageCode()}
		}
	}
	label := &gatewayv1.Label{Text: entity.GetDisplayName()}
	for _, name := range entity.GetNames() {
		if name.GetText() == label.GetText() {
			label.LanguageCode = name.GetLanguageCode()
			break
		}
	}
	return label
}

func lookUp(names []*statementsv1.EntityName, asked string) *statementsv1.EntityName {
	codes := make([]string, len(names))
	for i, name := range names {
		codes[i] = canonical(name.GetLanguageCode())
	}
	for tag := asked; tag != ""; tag = shorter(tag) {
		for i, name := range names {
			if strings.EqualFold(codes[i], tag) {
				return name
			}
		}
	}
	for i, name := range names {
		if rest := len(asked); len(codes[i]) > rest && codes[i][rest] == '-' && strings.EqualFold(codes[i][:rest], asked) {
			return name
		}
	}
	return nil
}

// shorter takes the last subtag away, and a single letter that is last then: it only
// introduces what follows.
func shorter(tag string) string {
	tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	if len(tag) > 1 && tag[len(tag)-2] == '-' {
		tag = tag[:len(tag)-2]
	}
	return tag
}
