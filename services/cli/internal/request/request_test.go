package request_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/request"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestTheSameFileIsTheSameWrite(t *testing.T) {
	id := func(content string) string { return must.Get(request.Parse([]byte(content)))(t).GetRequestId() }
	one := id(`{"document": {"name": "documents/x", "headline": "H"}}`)
	must.Equal(t, len(one), 36)
	must.Equal(t, one[14], byte('5'))
	must.Equal(t, id("{\n\"document\":{\"headline\":\"H\",\"name\":\"documents/x\"},\"validateOnly\":true}"), one)
	must.NotEqual(t, id(`{"document": {"name": "documents/x", "headline": "I"}}`), one)
	must.Equal(t, id(`{"requestId": "e3b0c442-98fc-4c14-9afb-f4c8996fb924"}`), "e3b0c442-98fc-4c14-9afb-f4c8996fb924")
}

func TestBadFiles(t *testing.T) {
	for content, want := range map[string]string{
		``:                                      "unexpected token",
		`{"document": {"name": 1}}`:             "(line 1:23)",
		"{\n \"documant\": {}}":                 `(line 2:2): unknown field "documant"`,
		`{"document": {}} trailing`:             "(line 1:18)",
		`{"figures": [{"valueKind": "EXACT"}]}`: `"EXACT"`,
	} {
		_, err := request.Parse([]byte(content))
		must.Err(t, err)
		must.Contains(t, err.Error(), want)
	}
}
