// Package labels picks what something is called in the languages that a reader asks for.
// Nothing is translated: a name is on record in a language, or it is not.
package labels

import (
	"strings"

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

// OfEntity is the name of an entity in the first of the languages that it is on record in,
// with that language, and else its `display_name`: with the language in which `names` has
// it, if it does.
//
// A language finds names as RFC 4647, section 3.4, looks them up: `de-AT` finds `de-AT`, and
// then `de`. Where there is none, it finds the first that says more: `zh` finds `zh-Hant`.
func OfEntity(languages []string, entity *statementsv1.Entity) *gatewayv1.Label {
	for _, language := range languages {
		if name := lookUp(entity.GetNames(), language); name != nil {
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

func lookUp(names []*statementsv1.EntityName, language string) *statementsv1.EntityName {
	for tag := language; tag != ""; tag = shorter(tag) {
		for _, name := range names {
			if strings.EqualFold(name.GetLanguageCode(), tag) {
				return name
			}
		}
	}
	for _, name := range names {
		if rest := len(language); len(name.GetLanguageCode()) > rest && name.GetLanguageCode()[rest] == '-' &&
			strings.EqualFold(name.GetLanguageCode()[:rest], language) {
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
