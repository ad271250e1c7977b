package sourcefill

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// oneVersion returns the one version that the figures of a batch stand on, ""
// if none does. One text goes with a batch, so there cannot be two.
func oneVersion(requests []*metricsv1.CreateFigureRequest) (version, field string, err error) {
	for i, request := range requests {
		next := request.GetFigure().GetDocumentVersion()
		at := errs.Index("requests", i) + ".figure.document_version"
		switch {
		case next == "":
		case version == "":
			version, field = next, at
		case version != next:
			return "", "", errs.Invalid(at, "SEVERAL_DOCUMENT_VERSIONS",
				"another figure of the batch stands on %s: send the figures of each version in a batch of their own", version)
		}
	}
	return version, field, nil
}
