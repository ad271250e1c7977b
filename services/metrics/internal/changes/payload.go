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
	// Metrics are the names of all metrics of the ingest, those already on record included.
	Metrics []string
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
func DecodePayload(raw []byte) (p Payload, err error) {
	if len(raw) == 0 || raw[0] != payloadFormat {
		return Payload{}, errors.New("unknown format of a stage's payload")
	}
	err = json.Unmarshal(raw[1:], &p)
	return p, err
}
