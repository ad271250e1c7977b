package domain

import "time"

// Appearance is one more printing of the words of a statement: what the statement
// that was merged says of it.
type Appearance struct {
	Statement string `json:"statement"` // name
	Document  string `json:"document"`  // id
	Version   int64  `json:"version"`
	// Contents, Cue and SourceMentions lie in that version.
	Contents       []Span    `json:"contents"`
	Cue            *Span     `json:"cue,omitempty"`
	SourceMentions []Span    `json:"mentions,omitempty"`
	PublishTime    Period    `json:"publish_time,omitzero"`
	AccessTime     time.Time `json:"access_time,omitzero"`
	// LatestAnchor is that of the statement that was merged.
	LatestAnchor *VersionAnchor `json:"latest_anchor,omitempty"`
}

// VersionName is the name of the version that printed the words.
func (a Appearance) VersionName() string { return VersionName(a.Document, a.Version) }

// VersionAnchor is how the spans of a statement stand in a later version.
type VersionAnchor struct {
	Version string `json:"version"` // name
	// State is the worst of the spans.
	State string       `json:"state"`
	Spans []SpanAnchor `json:"spans"`
}

// SpanAnchor is how one span stands there.
type SpanAnchor struct {
	// Field is the path of the span in the statement, such as "contents[0]".
	Field string `json:"field"`
	State string `json:"state"`
	// Start and End count code points; both are 0 if State is Orphaned or Unverified.
	Start int `json:"start"`
	End   int `json:"end"`
}

// AppearanceCount is how often the words are printed.
func (s Statement) AppearanceCount() int { return 1 + len(s.Appearances) }

// FirstPrinted is the name of the version that printed the words first.
func (s Statement) FirstPrinted() string {
	if s.FirstAppearance == "" {
		return s.VersionName()
	}
	return s.FirstAppearance
}
