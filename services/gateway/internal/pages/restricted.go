package pages

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/embargo"
)

// restriction says to editors that readers are not shown a document or a figure. Whoever may
// not read it has no page of it.
type restriction struct {
	// Until is when an embargo ends, nil without one.
	Until *moment
}

// documentRestriction is that of a document, nil without one.
func documentRestriction(d *statementsv1.Document) *restriction {
	if !d.GetRestricted() {
		return nil
	}
	return &restriction{Until: newMoment(d.GetEmbargoEndTime())}
}

// figureRestriction is that of a figure, nil without one.
func figureRestriction(f *metricsv1.Figure) *restriction {
	if !f.GetRestricted() {
		return nil
	}
	return &restriction{Until: newMoment(embargo.Until(f))}
}

// Word names it in a list.
func (r *restriction) Word() string {
	if r.Until != nil {
		return "under embargo"
	}
	return "restricted"
}

// Meaning says it in full.
func (r *restriction) Meaning() string {
	if r.Until != nil {
		return "Under embargo until " + r.Until.Words + ": only editors and admins read it"
	}
	return "Only editors and admins read it"
}
