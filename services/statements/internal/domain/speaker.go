package domain

// What is known of the entity of a speaker: short names of the proto enum.
const (
	Value   = "VALUE"
	Unknown = "UNKNOWN"
	None    = "NONE"
)

// Speaker is who said it, and as whom.
type Speaker struct {
	Entity          string `json:"entity,omitempty"` // name
	AttributionText string `json:"attribution,omitempty"`
	Role            string `json:"role,omitempty"`
	Affiliation     string `json:"affiliation,omitempty"` // name
	// ValueType is None or "": then Known tells it from Entity.
	ValueType string `json:"value_type,omitempty"`
	// SourceType is the short name of the proto enum, "" if nobody said.
	SourceType      string `json:"source_type,omitempty"`
	AnonymityReason string `json:"anonymity_reason,omitempty"`
	// Candidates are the likeliest first.
	Candidates []Candidate `json:"candidates,omitempty"`
	// RoleFromMembership says that Role and Affiliation were taken from a membership
	// of the entity.
	RoleFromMembership bool `json:"role_from_membership,omitempty"`
}

// Candidate is who the speaker may be.
type Candidate struct {
	Entity string `json:"entity"` // name
	// Probability is a decimal from 0 to 1.
	Probability string `json:"probability"`
}

// Known is what is known of the entity: Value, Unknown or None.
func (s Speaker) Known() string {
	switch {
	case s.Entity != "":
		return Value
	case s.ValueType == None:
		return None
	default:
		return Unknown
	}
}
