package together_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/together"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// goings are the ways for a document to go, and what each asks for first: always, and then of
// a document under embargo.
var goings = map[string]struct {
	first, embargoed []string
	end              func(*testing.T, *services) error
}{
	"retracted": {[]string{"list figures"}, nil, func(t *testing.T, s *services) error {
		_, err := statementsv1.NewDocumentServiceClient(together.Wrap(s, s, s.erased)).DeleteDocument(t.Context(), &statementsv1.DeleteDocumentRequest{Name: "documents/d"})
		return err
	}},
	"withdrawn": {[]string{"get document"}, []string{"list figures"}, func(t *testing.T, s *services) error { return correct(t, s, typev1.Correction_KILL) }},
	"erased": {[]string{"get document"}, []string{"list figures"}, func(t *testing.T, s *services) error {
		return erase(t, s, &statementsv1.EraseDocumentRequest{})
	}},
}

func correct(t *testing.T, s *services, kind typev1.Correction_Kind) error {
	t.Helper()
	_, err := statementsv1.NewCorrectionServiceClient(together.Wrap(s, s, s.erased)).CorrectDocument(t.Context(),
		&statementsv1.CorrectDocumentRequest{Name: "documents/d", Kind: kind})
	return err
}

// TestADocumentDoesNotGoFromUnderItsFigures: they are asked for before anything is tried or
// erased, and nothing is while nobody knows whether there are any.
func TestADocumentDoesNotGoFromUnderItsFigures(t *testing.T) {
	for name, way := range goings {
		guard := slices.Concat(way.first, way.embargoed)
		s := &services{embargoed: true, figured: true}
		statustest.Check(t, way.end(t, s), codes.FailedPrecondition, "DOCUMENT_HAS_FIGURES", "")
		must.Equal(t, s.calls, guard)

		s = &services{embargoed: true, refuse: map[string]error{"list figures": away}}
		statustest.Check(t, way.end(t, s), codes.Unavailable, "SERVICE_UNAVAILABLE", "")
		must.Equal(t, s.calls, guard)

		s = &services{embargoed: true}
		must.OK(t, way.end(t, s))
		must.Equal(t, s.calls[:len(guard)], guard)
		must.True(t, len(s.calls) > len(guard), "what no figure stands on is not %s", name)
	}
}

// TestAPublicDocumentTellsOfItsFigures when it is withdrawn or erased: only to retract it would
// lose them.
func TestAPublicDocumentTellsOfItsFigures(t *testing.T) {
	for name, way := range goings {
		s := &services{figured: true}
		err := way.end(t, s)
		if name == "retracted" {
			statustest.Check(t, err, codes.FailedPrecondition, "DOCUMENT_HAS_FIGURES", "")
			continue
		}
		must.OK(t, err)
		must.False(t, slices.Contains(s.calls, "list figures"))
	}
}

// TestAnotherCorrectionAsksNobody: the document stays.
func TestAnotherCorrectionAsksNobody(t *testing.T) {
	s := &services{embargoed: true, figured: true}
	must.OK(t, correct(t, s, typev1.Correction_ERROR))
	must.Equal(t, s.calls, []string{"correct document"})
}
