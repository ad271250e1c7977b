package domain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Reasons for which what is known around a statement is refused.
const (
	LinkToItself  = "LINK_TO_ITSELF"
	RankReason    = "RANK_REASON"
	DuplicateItem = "DUPLICATE_ITEM"
)

// CheckEditing refuses what cannot be said around a statement: in the fields that
// an update may change. path is the field of the statement in the request.
//
// LINK_TO_ITSELF, DUPLICATE_ITEM, RANK_REASON, FIELD_REQUIRED, CONTRADICTORY,
// PROBABILITY_OUT_OF_RANGE, INVALID_PERIOD.
func (s Statement) CheckEditing(path string, faults *errs.Violations) {
	s.checkLinks(path, faults)
	if (s.Rank == "") != (s.RankReason == "") {
		faults.Add(errs.JoinPath(path, "rank_reason"), RankReason, "a rank that is not NORMAL needs its reason, and only such a rank has one")
	}
	for _, q := range s.Qualifiers {
		if q.Kind != QualifierEDTF {
			continue
		}
		if _, err := edtf.Parse(q.Value); err != nil {
			faults.Add(errs.JoinPath(path, q.field())+".edtf", "INVALID_PERIOD", "%s", err.Error())
		}
	}
	if s.Extraction != nil {
		s.Extraction.check(errs.JoinPath(path, "extraction"), faults)
	}
	s.CheckLanguages(path, faults)
}

func (s Statement) checkLinks(path string, faults *errs.Violations) {
	for i, link := range s.Links {
		at := errs.JoinPath(path, indexed("links", i))
		if link.Statement == s.Name() {
			faults.Add(at+".statement", LinkToItself, "a statement is not linked to itself")
		}
		if slices.Contains(s.Links[:i], link) {
			faults.Add(at, DuplicateItem, "the link %s to %s is there already", link.Type, link.Statement)
		}
	}
}

// CheckLanguages refuses a translation into the language that it is from.
// CONTRADICTORY.
func (s Statement) CheckLanguages(path string, faults *errs.Violations) {
	if s.OriginalLanguageCode == "" || !strings.EqualFold(s.OriginalLanguageCode, s.LanguageCode) {
		return
	}
	faults.Add(errs.JoinPath(path, "original_language_code"), Contradictory, "is the language of the text: then the text is no translation")
	faults.Add(errs.JoinPath(path, "language_code"), Contradictory, "is the language that the speaker used")
}

// checkOriginal refuses an original without its language, and a translator of what
// is no translation.
func (s Statement) checkOriginal(path string, withheld bool, faults *errs.Violations) {
	field := errs.JoinPath(path, "original_language_code")
	if s.OriginalText != "" && s.OriginalLanguageCode == "" {
		faults.Add(field, FieldRequired, "is required with original_text: the language that the speaker used")
	}
	if s.Translator != "" && s.OriginalLanguageCode == "" {
		faults.Add(errs.JoinPath(path, "translator"), Contradictory, "only a translation has a translator: original_language_code says what it is from")
		faults.Add(field, Contradictory, "is empty, and there is a translator")
	}
	if original := (Statement{Text: s.OriginalText, Contents: s.Contents}); withheld && s.Type != Direct && s.OriginalText != "" && original.isPassage() {
		faults.Add(errs.JoinPath(path, "original_text"), TextNotASummary, "the document's text is withheld, and this is its passage word for word")
	}
}

// check refuses what cannot be said of an extraction, whose field is path.
func (x Extraction) check(path string, faults *errs.Violations) {
	if x.Method != Human && x.Tool == "" {
		faults.Add(path+".tool", FieldRequired, "is required: which program or model found the statement")
	}
	if x.ToolVersion != "" && x.Tool == "" {
		faults.Add(path+".tool_version", Contradictory, "is the version of a tool, and there is none")
		faults.Add(path+".tool", Contradictory, "is empty, and there is a tool_version")
	}
	if x.Confidence == "" {
		return
	}
	if x.Method == Human {
		faults.Add(path+".confidence", Contradictory, "only of what a program or model found")
		faults.Add(path+".method", Contradictory, "is HUMAN, and there is a confidence")
	}
	checkProbability(x.Confidence, path+".confidence", faults)
}

// field is the path of the qualifier in the statement.
func (q Qualifier) field() string { return "qualifiers[" + strconv.Quote(q.Key) + "]" }
