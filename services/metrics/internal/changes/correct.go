package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// Correct puts a correction on record, at the transaction's record time, and returns it with its id.
func Correct(w store.Writer, correction domain.Correction) (domain.Correction, error) {
	correction.ID, correction.Recorded = resource.NewUID(), w.RecordTime()
	return correction, w.PutCorrection(correction)
}

// Document is the name of the document that prints a figure; "" of a figure of a data file.
func Document(figure domain.Figure) string {
	if id := domain.DocumentOf(figure.DocumentVersion); id != "" {
		return domain.DocumentName.Format(id)
	}
	return ""
}

// Withdraw puts on record why a resource is withdrawn, and returns the record of its tombstone, which names that correction. Of why the
// document, the reason, the caller and who reads it count; name is the resource's.
func Withdraw(w store.Writer, meta domain.Meta, name string, why domain.Correction) (domain.Meta, error) {
	why.Kind, why.Subject, why.PreviousRevision, why.NewRevision = domain.Withdrawn, name, meta.Revision, meta.Revision+1
	correction, err := Correct(w, why)
	return meta.Retract(w.RecordTime(), domain.Retraction{
		Reason: why.Reason, Caller: why.Caller, Correction: correction.ID, Kind: why.Kind, Document: why.Document,
	}), err
}

// PutCorrected puts a corrected figure on record, with why, and marks as stale what is computed from it: those names are returned, in order.
// says is whether what the figure says changes; of why the kind, the reason, the caller and the notice count.
//
// Errors: those of Put and of Spread.
func PutCorrected(
	w store.Writer, before, after domain.Figure, says bool, why domain.Correction,
) (correction domain.Correction, stale []string, err error) {
	after.Corrected = after.Corrected || says
	if err := settle(w, &before, &after, nil); err != nil {
		return correction, nil, err
	}
	why.Restricted = before.Restricted || after.Restricted
	why.Subject, why.Document = after.Name(), Document(after)
	why.PreviousRevision, why.NewRevision = before.Revision, after.Revision
	if correction, err = Correct(w, why); err != nil {
		return correction, nil, err
	}
	if err := w.PutFigure(after, why.Caller); err != nil {
		return correction, nil, err
	}
	if stale, err = Spread(w, why.Caller, after.Name()+" was corrected", after.ID); err != nil || after.Restricted == before.Restricted {
		return correction, stale, err
	}
	return correction, stale, spreadRestriction(w, why.Caller, MaxDependents, after.ID)
}

// RetractFigure retracts a figure that stands. Those that are computed from it become stale.
//
// Errors: those of Spread; ABORTED NAME_STAGED while a stage needs the figure.
func RetractFigure(w store.Writer, caller string, figure domain.Figure, reason string) (domain.Figure, error) {
	err := w.CheckUnused(figure.Name())
	if err != nil {
		return figure, err
	}
	if figure, err = withdrawFigure(w, caller, figure, reason); err != nil {
		return figure, err
	}
	if err := w.PutFigure(figure, caller); err != nil {
		return figure, err
	}
	_, err = Spread(w, caller, figure.Name()+" was retracted", figure.ID)
	return figure, err
}

// withdrawFigure puts on record why a figure is withdrawn, and returns its tombstone.
func withdrawFigure(w store.Writer, caller string, figure domain.Figure, reason string) (tombstone domain.Figure, err error) {
	figure.Withdrawn = false
	figure.Meta, err = Withdraw(w, figure.Meta, figure.Name(), domain.Correction{
		Document: Document(figure), Reason: reason, Caller: caller, Restricted: figure.Restricted,
	})
	return figure, err
}

// RetractMetric retracts a metric that stands and has no figures.
func RetractMetric(w store.Writer, caller string, metric domain.Metric, reason string) (domain.Metric, error) {
	var err error
	if metric.Meta, err = Withdraw(w, metric.Meta, metric.Name(), domain.Correction{Reason: reason, Caller: caller}); err != nil {
		return metric, err
	}
	return metric, w.PutMetric(metric, caller)
}
