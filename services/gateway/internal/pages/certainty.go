package pages

import (
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// statementCertainty says whose words a statement is, whether they were compared with the
// text, and how they were found.
func statementCertainty(s *statementsv1.Statement, unverified bool) string {
	parts := []string{"retold by the source"}
	switch s.GetStatementType() {
	case statementsv1.Statement_DIRECT:
		parts[0] = "the speaker’s own words"
	case statementsv1.Statement_WRITTEN:
		parts[0] = "the writer’s own words"
	case statementsv1.Statement_MIXED:
		parts[0] = "partly the speaker’s own words"
	default:
	}
	parts = append(parts, compared(unverified))
	if x := s.GetExtraction(); x != nil {
		if how := extractionMethods[x.GetMethod()]; how != "" {
			parts = append(parts, how)
		}
		if c := x.GetConfidence().GetValue(); c != "" {
			parts = append(parts, "confidence "+c)
		}
		parts = append(parts, reviewStates[x.GetReviewState()])
	}
	return sentence(parts)
}

// figureCertainty says how sharply the source gives a number, and whether it was compared
// with the text.
func figureCertainty(f *metricsv1.Figure, unverified bool) string {
	var parts []string
	if hedged := words.Approximators[f.GetApproximator()]; hedged != "" {
		parts = append(parts, hedged)
	} else if f.GetValueKind() != metricsv1.Figure_NO_VALUE {
		parts = append(parts, "stated without a hedge")
	}
	if d := digits(f.GetSignificantDigits()); d != "" && words.Prints(f.GetReported()) {
		parts = append(parts, "significant digits printed: "+d)
	}
	if len(f.GetReported().GetSpans()) > 0 {
		parts = append(parts, compared(unverified))
	}
	return sentence(parts)
}

func compared(unverified bool) string {
	if unverified {
		return "not yet compared with the text"
	}
	return "compared with the text"
}

// sentence joins what is known with semicolons and begins with a capital letter.
func sentence(parts []string) string {
	s := strings.Join(parts, "; ")
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// silent are the names of services that did not answer.
func silent(services []*gatewayv1.Unavailable) (names []string) {
	for _, u := range services {
		names = append(names, u.GetService())
	}
	return names
}

// unavailable says which half of a joined view is missing; empty if none is.
func unavailable(services []*gatewayv1.Unavailable) string {
	var missing []string
	for _, u := range services {
		switch u.GetService() {
		case "metrics":
			missing = append(missing, "Figures cannot be read at the moment: they are missing here.")
		case "statements":
			missing = append(missing, "Statements cannot be read at the moment: they are missing here.")
		}
	}
	return strings.Join(missing, " ")
}
