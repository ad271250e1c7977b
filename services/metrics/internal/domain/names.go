package domain

import "github.com/onrecord/onrecord/services/platform/resource"

// Patterns of the resource names that the service uses.
var (
	MetricName          = resource.Name("metrics", "{metric}")
	FigureName          = resource.Name("figures", "{figure}")
	PlaceName           = resource.Name("places", "{place}")
	DocumentName        = resource.Name("documents", "{document}")
	DocumentVersionName = resource.Name("documents", "{document}", "versions", "{version}")
)

// Types of the resources that the service owns (google.api.resource).
const (
	MetricType = "onrecord.dev/Metric"
	FigureType = "onrecord.dev/Figure"
	PlaceType  = "onrecord.dev/Place"
)

// DocumentOf returns the id of the document that a version is of; "" for "".
func DocumentOf(version string) string {
	ids, err := DocumentVersionName.Parse(version)
	if err != nil {
		return ""
	}
	return ids[0]
}

// LaterVersion reports whether two names are of versions of one document, and the first is the later one.
func LaterVersion(version, than string) bool {
	ids, err := DocumentVersionName.Parse(version)
	other, otherErr := DocumentVersionName.Parse(than)
	if err != nil || otherErr != nil || ids[0] != other[0] {
		return false
	}
	number, ok := resource.ParseNumber(ids[1])
	before, otherOK := resource.ParseNumber(other[1])
	return ok && otherOK && number > before
}
