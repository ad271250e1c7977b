// Package request reads files of the record: each is a request of
// IngestDocument in JSON.
//
// Only reading and naming goes here; whether a request is acceptable is for the
// services to say.
package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
)

// namespace is that of the ids which Parse derives: a random UUID of its own.
var namespace = uuid.MustParse("6b1f7a52-3a0e-4c0f-9d0e-8f2f5c6b7a11")

// Parse reads a request. What the contract does not know is an error that says
// where it stands.
//
// A request without a request_id gets one that follows from what the file says
// (a UUID of version 5, RFC 9562), however it is spaced and ordered: the same
// file again is the same write.
func Parse(content []byte) (*gatewayv1.IngestDocumentRequest, error) {
	parsed := &gatewayv1.IngestDocumentRequest{}
	if err := protojson.Unmarshal(content, parsed); err != nil {
		return nil, fmt.Errorf("no request of IngestDocument: %s", plain(err))
	}
	if parsed.GetRequestId() == "" {
		id, err := deriveID(parsed)
		if err != nil {
			return nil, err
		}
		parsed.RequestId = id
	}
	return parsed, nil
}

// plain is what is wrong with the JSON. Package protojson varies a space in its
// errors so that nobody compares them.
func plain(err error) string {
	return strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\u00a0", " "), "proto: ")
}

func deriveID(parsed *gatewayv1.IngestDocumentRequest) (string, error) {
	dry := parsed.GetValidateOnly()
	parsed.ValidateOnly = false // trying a request out is no other request
	canonical, err := Marshal(parsed)
	parsed.ValidateOnly = dry
	if err != nil {
		return "", err
	}
	return uuid.NewSHA1(namespace, canonical).String(), nil
}

// Marshal writes a request in JSON, equal requests alike.
func Marshal(parsed *gatewayv1.IngestDocumentRequest) ([]byte, error) {
	content, err := protojson.Marshal(parsed)
	if err != nil {
		return nil, fmt.Errorf("request of IngestDocument: %w", err)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, content); err != nil {
		return nil, fmt.Errorf("request of IngestDocument: %w", err)
	}
	return out.Bytes(), nil
}
