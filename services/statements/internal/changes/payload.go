package changes

import (
	"encoding/json"
	"errors"
)

// payloadFormat is the first byte of a stage's payload: JSON of Payload.
const payloadFormat = 1

// Payload is all that publishing a stage needs.
type Payload struct {
	Set Set
	// Document and Version name the version of the ingest.
	Document string
	Version  int64
	// Entities are the names of all entities of the ingest.
	Entities []string
	// Text is that of Set.Version, which the encoding of a version leaves out.
	Text string
}

// Payload makes the payload of a plan.
func (p Plan) Payload() Payload {
	payload := Payload{Set: p.Set, Document: p.Version.Document, Version: p.Version.Number, Entities: p.Entities}
	if p.Set.Version != nil {
		payload.Text = p.Set.Version.Text
	}
	return payload
}

// Encode writes a payload.
func (p Payload) Encode() ([]byte, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return append([]byte{payloadFormat}, text...), nil
}

// DecodePayload reads a payload.
func DecodePayload(raw []byte) (Payload, error) {
	if len(raw) == 0 || raw[0] != payloadFormat {
		return Payload{}, errors.New("unknown format of a stage's payload")
	}
	var p Payload
	if err := json.Unmarshal(raw[1:], &p); err != nil {
		return Payload{}, err
	}
	if p.Set.Version != nil {
		p.Set.Version.Text = p.Text
	}
	return p, nil
}
