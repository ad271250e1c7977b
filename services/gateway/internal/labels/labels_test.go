package labels_test

import (
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/labels"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestOfEntity(t *testing.T) {
	entity := &statementsv1.Entity{DisplayName: "Mexico", Names: []*statementsv1.EntityName{
		{Text: "México", LanguageCode: "es"}, {Text: "Mexique", LanguageCode: "fr-CA"}, {Text: "墨西哥", LanguageCode: "zh-Hant"},
		{Text: "Mexiko", LanguageCode: "de"}, {Text: "Mexico", LanguageCode: "en"},
	}}
	for asked, want := range map[string]string{
		"":                 "Mexico en",
		"es":               "México es",
		"ES-MX":            "México es",
		"de-x-dialect":     "Mexiko de",
		"de-Latn-AT-u-co":  "Mexiko de",
		"zh":               "墨西哥 zh-Hant",
		"fr":               "Mexique fr-CA",
		"fr-CH":            "Mexico en", // what says more of France's French is no other country's
		"z":                "Mexico en",
		"ja,de":            "Mexiko de",
		"ja,ko":            "Mexico en",
		"de,es":            "Mexiko de",
		"zh-Hant-TW,es,de": "墨西哥 zh-Hant",
	} {
		label := labels.OfEntity(labels.Languages(asked), entity)
		must.Equal(t, asked+": "+label.GetText()+" "+label.GetLanguageCode(), asked+": "+want)
	}
	// A language that has two tags is found by either, whichever the record has.
	for _, recorded := range []string{"iw", "he"} {
		hebrew := &statementsv1.Entity{DisplayName: "Israel", Names: []*statementsv1.EntityName{{Text: "ישראל", LanguageCode: recorded}}}
		for _, asked := range []string{"iw", "he", "iw-IL"} {
			must.Equal(t, labels.OfEntity(labels.Languages(asked), hebrew).GetText(), "ישראל")
		}
	}
	bare := labels.OfEntity([]string{"de"}, &statementsv1.Entity{DisplayName: "UN"})
	must.Equal(t, bare.GetText()+"|"+bare.GetLanguageCode(), "UN|")
}
