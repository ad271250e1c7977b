package rest

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
)

// cited is a citation that is sent as its text alone, or as its item of CSL-JSON alone.
type cited struct {
	message proto.Message
	format  formats.Format
}

// marshal writes the part that was asked for.
func (c *cited) marshal() ([]byte, error) {
	message, err := parsed(c.message)
	if err != nil {
		return nil, err
	}
	citation, _ := message.(*gatewayv1.CiteResourceResponse)
	if c.format == formats.Text {
		return []byte(citation.GetText() + "\n"), nil
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(citation.GetCslJson().AsMap()) // its keys are sorted
	return out.Bytes(), err
}
