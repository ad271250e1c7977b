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
