package pages_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// noted asks for a page, and returns what the request remembers of the error that it was
// answered with.
func noted(t *testing.T, h http.Handler, target string) (code int, note httperror.Note) {
	t.Helper()
	w := httptest.NewRecorder()
	ctx := context.WithValue(t.Context(), httperror.NoteKey{}, &note)
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, target, nil))
	return w.Code, note
}

// TestAPageThatKeepsItsFormIsLoggedWithTheReason.
func TestAPageThatKeepsItsFormIsLoggedWithTheReason(t *testing.T) {
	unread, unconverted := example(), example()
	unread.err = errs.Invalid("query", "INVALID_QUERY", "a phrase is not closed")
	unconverted.queryErr = errs.Invalid("rate_basis", "RATE_BASIS_REQUIRED", "EUR needs a rate")
	m := comparison()
	m.compareErr = errs.New(errs.FailedPrecondition, "NOTHING_TO_COMPARE", "the figure has no number")
	for _, c := range []struct {
		page           http.Handler
		target, reason string
	}{
		{explorer(t, unread), "/search?q=%22x", "INVALID_QUERY"},
		{explorer(t, example()), "/entities/speaker?period=last+year", "INVALID_PERIOD"},
		{explorer(t, example()), "/corrections?kind=SOME", "UNKNOWN_ENUM_VALUE"},
		{explorer(t, unconverted), chosen + "&unit=EUR", "RATE_BASIS_REQUIRED"},
		{measuringExplorer(t, m), "/figures/total/compare", "NOTHING_TO_COMPARE"},
	} {
		code, note := noted(t, c.page, c.target)
		must.Equal(t, code, http.StatusBadRequest)
		must.Equal(t, note.Reason, c.reason)
	}
}

// TestAServiceThatIsTooOldIsNoFaultOfTheForm: nothing that could be asked otherwise is wrong.
func TestAServiceThatIsTooOldIsNoFaultOfTheForm(t *testing.T) {
	tooOld := errs.ToStatus(errs.New(errs.FailedPrecondition, "SERVICE_TOO_OLD", "bring it up").With("service", "metrics")).Err()
	r, m := example(), comparison()
	r.queryErr, m.compareErr = tooOld, tooOld
	for target, h := range map[string]http.Handler{chosen + "&unit=EUR": explorer(t, r), "/figures/total/compare": measuringExplorer(t, m)} {
		code, note := noted(t, h, target)
		must.Equal(t, code, http.StatusServiceUnavailable)
		must.Equal(t, note, httperror.Note{Reason: "SERVICE_TOO_OLD", Service: "metrics"})
		checkDocument(t, "error", get(t, h, target))
	}
}
