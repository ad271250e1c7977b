package evidence

import (
	"fmt"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// contextLength is how many code points a span has on either side at most.
const contextLength = 32

// checkFacts compares the spans of all facts with the texts.
func (v *verifier) checkFacts() {
	for _, s := range v.statements {
		path := recordFolder + s.GetName() + ".json"
		v.checkStatement(path, s.GetDocumentVersion(), "", s.GetContents(), s.GetCue(), s.GetSourceMentions())
		v.checkTime(path, s.GetDocumentVersion(), "statementTime", s.GetStatementTime())
		for i, a := range s.GetAppearances() {
			v.checkStatement(path, a.GetDocumentVersion(), fmt.Sprintf("appearances[%d].", i), a.GetContents(), a.GetCue(), a.GetSourceMentions())
		}
		v.checkWords(path, s)
	}
	for _, f := range v.figures {
		path := recordFolder + f.GetName() + ".json"
		version := f.GetDocumentVersion()
		if has := v.versions[version]; has != nil && f.GetSourceTextSha256() != "" && f.GetSourceTextSha256() != has.GetTextSha256() {
			v.wrong(path, "it was compared with another text than that of %s", version)
			continue
		}
		v.checkReported(path, version, "reported", f.GetReported())
		for i, a := range f.GetAlternates() {
			v.checkReported(path, version, fmt.Sprintf("alternates[%d].reported", i), a.GetReported())
		}
		for i, c := range f.GetComparisonClaims() {
			v.checkSpan(path, version, fmt.Sprintf("comparisonClaims[%d].span", i), c.GetSpan())
			v.checkTime(path, version, fmt.Sprintf("comparisonClaims[%d].since", i), c.GetSince())
			v.checkTime(path, version, fmt.Sprintf("comparisonClaims[%d].basePeriod", i), c.GetBasePeriod())
		}
		v.checkTime(path, version, "timePeriod", f.GetTimePeriod())
		v.checkTime(path, version, "basePeriod", f.GetBasePeriod())
		v.checkTime(path, version, "releaseTime", f.GetReleaseTime())
		v.checkTime(path, version, "origin.publishTime", f.GetOrigin().GetPublishTime())
	}
}

func (v *verifier) checkStatement(path, version, field string, contents []*typev1.TextSpan, cue *typev1.TextSpan, mentions []*typev1.TextSpan) {
	v.checkSpans(path, version, field+"contents", contents)
	v.checkSpan(path, version, field+"cue", cue)
	v.checkSpans(path, version, field+"sourceMentions", mentions)
}

func (v *verifier) checkReported(path, version, field string, reported *metricsv1.Reported) {
	v.checkSpans(path, version, field+".spans", reported.GetSpans())
}

func (v *verifier) checkTime(path, version, field string, time *typev1.TimePeriod) {
	v.checkSpan(path, version, field+".printed.span", time.GetPrinted().GetSpan())
}

func (v *verifier) checkSpans(path, version, field string, spans []*typev1.TextSpan) {
	for i, span := range spans {
		v.checkSpan(path, version, fmt.Sprintf("%s[%d]", field, i), span)
	}
}

// checkSpan compares one span with itself and with the text, if that is there. One that
// nobody has compared yet (UNVERIFIED) may be anything.
func (v *verifier) checkSpan(path, version, field string, span *typev1.TextSpan) {
	if span == nil {
		return
	}
	if span.GetExact() != "" && span.GetExactSha256() != "" && sourcetext.HashOf(span.GetExact()) != span.GetExactSha256() {
		v.wrong(path, "%s: its words have another hash than it says", field)
		return
	}
	in := v.versions[version]
	if in == nil {
		if v.gone[version] {
			v.report.Unchecked++
		} else {
			v.wrong(path, "%s lies in %s, which is not in the pack", field, version)
		}
		return
	}
	text, there := v.texts[in.GetTextSha256()]
	if !there || span.GetAnchorState() != typev1.TextSpan_ANCHORED {
		v.report.Unchecked++
		return
	}
	found, err := text.Slice(int(span.GetStart()), int(span.GetEnd()))
	switch {
	case err != nil || span.GetEnd() <= span.GetStart():
		v.wrong(path, "%s: [%d, %d) lies outside the text", field, span.GetStart(), span.GetEnd())
	case span.GetExact() != "" && found != span.GetExact():
		v.wrong(path, "%s: %s", field, text.VerifySpan(int(span.GetStart()), int(span.GetEnd()), span.GetExact()))
	case span.GetExactSha256() != "" && sourcetext.HashOf(found) != span.GetExactSha256():
		v.wrong(path, "%s: the text at [%d, %d) has another hash", field, span.GetStart(), span.GetEnd())
	case !inContext(text, span):
		v.wrong(path, "%s: what stands before or after it in the text is something else", field)
	default:
		v.report.Spans++
	}
}

// inContext compares what stands around a span, as far as it says so.
func inContext(text sourcetext.Text, span *typev1.TextSpan) bool {
	before, after := text.Context(int(span.GetStart()), int(span.GetEnd()), contextLength)
	return strings.HasSuffix(before, span.GetPrefix()) && strings.HasPrefix(after, span.GetSuffix())
}

// checkWords compares the text of a quotation with its passages.
func (v *verifier) checkWords(path string, s *statementsv1.Statement) {
	if s.GetStatementType() != statementsv1.Statement_DIRECT {
		return
	}
	var passages []string
	for _, span := range s.GetContents() {
		if span.GetExact() == "" {
			return
		}
		passages = append(passages, span.GetExact())
	}
	if strings.Join(passages, " […] ") != s.GetText() {
		v.wrong(path, "its text is not its passages")
	}
}
