package domain

// Entity is somebody or something that speaks or is spoken of.
type Entity struct {
	Record
	// Type is the short name of the proto enum, such as "PERSON".
	Type        string            `json:"type"`
	DisplayName string            `json:"display_name"`
	Aliases     []string          `json:"aliases,omitempty"`
	Description string            `json:"description,omitempty"`
	Identifiers map[string]string `json:"identifiers,omitempty"`
}

// Name is the resource name.
func (e Entity) Name() string { return EntityName(e.ID) }

// OrderKey is the value of a field that entities can be ordered by.
func (e Entity) OrderKey(field string) any {
	if field == "display_name" {
		return e.DisplayName
	}
	return e.orderKey(field)
}
