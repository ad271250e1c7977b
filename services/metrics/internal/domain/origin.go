package domain

import "github.com/onrecord/onrecord/services/platform/recordtime"

// Origin is whose figure it is.
type Origin struct {
	Producer     string `json:"producer"`
	Title        string `json:"title,omitempty"`
	URI          string `json:"uri,omitempty"`
	License      string `json:"license,omitempty"`
	CitationFull string `json:"citation_full,omitempty"`
	// PublishTime is when it was published, AccessTime when it was fetched (0: not said).
	PublishTime *TimePeriod     `json:"publish_time,omitempty"`
	AccessTime  recordtime.Time `json:"access_time,omitempty"`
	Version     string          `json:"version,omitempty"`
}
