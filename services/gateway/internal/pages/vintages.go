package pages

import (
	"net/http"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// vintageForm chooses as of which release the figures are shown; a script makes a slider
// of it.
type vintageForm struct {
	Action string
	Kept   []hiddenField
	// Releases are those times, the earliest first, and at the end the present.
	Releases []choice
}

// newVintageForm makes the form of a page; nil where nothing is to be chosen.
func newVintageForm(r *http.Request, vintages []*metricsv1.Vintage, asOf string) *vintageForm {
	f := &vintageForm{Action: r.URL.Path}
	seen := map[string]bool{"": true}
	for _, vintage := range slices.Backward(vintages) {
		edtf := vintage.GetReleaseTime().GetEdtf()
		if seen[edtf] {
			continue
		}
		seen[edtf] = true
		f.Releases = append(f.Releases, choice{Value: edtf, Text: words.Period(edtf), Selected: edtf == asOf})
	}
	if len(f.Releases) < 2 {
		return nil
	}
	if !seen[asOf] {
		f.Releases = append(f.Releases, choice{Value: asOf, Text: words.Period(asOf), Selected: true})
	}
	f.Releases = append(f.Releases, choice{Text: "today", Selected: asOf == ""})
	kept := r.URL.Query()
	kept.Del("as_of")
	kept.Del("page_token")
	f.Kept = keptFields(kept)
	return f
}
