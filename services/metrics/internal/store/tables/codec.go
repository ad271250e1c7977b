package tables

import (
	"encoding/json"
	"fmt"
)

// formatJSON is the first byte of a snapshot that is a domain struct in JSON.
// Fields are only ever added, and one that is absent is empty. A new encoding
// gets a new number; old snapshots stay readable.
const formatJSON = 1

// encode makes the snapshot of a domain struct.
func encode(resource any) ([]byte, error) {
	text, err := json.Marshal(resource)
	if err != nil {
		return nil, err
	}
	return append([]byte{formatJSON}, text...), nil
}

// decode reads a snapshot into a domain struct.
func decode(snapshot []byte, resource any) error {
	if len(snapshot) == 0 || snapshot[0] != formatJSON {
		return fmt.Errorf("unknown format of a snapshot of %d bytes", len(snapshot))
	}
	return json.Unmarshal(snapshot[1:], resource)
}
