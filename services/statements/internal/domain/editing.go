package domain

// Ranks beside the normal one, which is "": short names of the proto enum.
const (
	Preferred  = "PREFERRED"
	Deprecated = "DEPRECATED"
)

// NormalRank is how the normal rank reads outside.
const NormalRank = "NORMAL"

// Link is how a statement relates to another.
type Link struct {
	// Type is the short name of the proto enum, such as "CONTRADICTS".
	Type string `json:"type"`
	// Statement is the name of the other.
	Statement string `json:"statement"`
}

// Reference is something that supports a statement: a version on record or a URI.
type Reference struct {
	Version string `json:"version,omitempty"` // name
	URI     string `json:"uri,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// QualifierKind is what the value of a qualifier is. The values are stored.
type QualifierKind int

// The kinds.
const (
	QualifierText QualifierKind = iota + 1
	QualifierEntity
	QualifierNumber
	QualifierEDTF
)

// Qualifier is something else that is known of a statement.
type Qualifier struct {
	Key  string        `json:"key"`
	Kind QualifierKind `json:"kind"`
	// Value is a text, the name of an entity, a decimal or a time in EDTF.
	Value string `json:"value"`
}

// Human is the method of what a human being marked.
const Human = "HUMAN"

// Unreviewed is how a review state that nobody set reads outside.
const Unreviewed = "UNREVIEWED"

// Extraction is how a statement was found in its document.
type Extraction struct {
	// Method is the short name of the proto enum, such as "MODEL".
	Method      string `json:"method"`
	Tool        string `json:"tool,omitempty"`
	ToolVersion string `json:"tool_version,omitempty"`
	// Confidence is a decimal from 0 to 1, "" if nobody said.
	Confidence string `json:"confidence,omitempty"`
	Annotator  string `json:"annotator,omitempty"`
	// ReviewState is "" (unreviewed), "ACCEPTED" or "REJECTED".
	ReviewState string `json:"review_state,omitempty"`
}

// RankName is the rank as it reads outside.
func (s Statement) RankName() string {
	if s.Rank == "" {
		return NormalRank
	}
	return s.Rank
}

// ReviewStateName is the review state as it reads outside.
func (e Extraction) ReviewStateName() string {
	if e.ReviewState == "" {
		return Unreviewed
	}
	return e.ReviewState
}
