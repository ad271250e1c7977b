package readme_test

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changing are fields that differ from run to run.
var changing = map[string]bool{
	"uid": true, "etag": true, "createTime": true, "updateTime": true, "recordTime": true, "nextPageToken": true,
}

// changingText is what differs from run to run in a table: times, UUIDs, etags.
var changingText = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"\d+-[0-9a-f]{8}"`)

// differ says in what two answers differ, "" if in nothing that counts. Answers
// in JSON differ only if their values do.
func differ(want, got string) string {
	wantValues, wantErr := values(want)
	gotValues, gotErr := values(got)
	if wantErr == nil && gotErr == nil {
		return cmp.Diff(wantValues, gotValues)
	}
	return cmp.Diff(plain(want), plain(got))
}

// values reads JSON values one after another.
func values(text string) ([]any, error) {
	var all []any
	for decoder := json.NewDecoder(strings.NewReader(text)); ; {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, constant(value))
	}
}

// constant drops the fields that differ from run to run.
func constant(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			if changing[key] {
				delete(value, key)
			} else {
				value[key] = constant(field)
			}
		}
	case []any:
		for i := range value {
			value[i] = constant(value[i])
		}
	}
	return value
}

// plain is text without what differs from run to run, and without the spaces at
// the ends of its lines.
func plain(text string) []string {
	lines := strings.Split(strings.Trim(changingText.ReplaceAllString(text, "…"), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

func TestDiffer(t *testing.T) {
	for _, tt := range []struct {
		want, got string
		same      bool
	}{
		{"{\"a\": 1,\n\"etag\":\"x\"}\n2", `{"etag":"y","a":1} 2`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{`{"a":[{"uid":"1"}]}`, `{"a":[{"uid":"2"}]}`, true},
		{"name  2026-11-27T03:00:00.123456Z\n", "name  2027-01-01T00:00:00Z", true},
		{"one\ntwo", "one\ntwo \n", true},
		{"one", "two", false},
		{`"1"`, "1", false},
	} {
		if diff := differ(tt.want, tt.got); (diff == "") != tt.same {
			t.Errorf("%q and %q: %q", tt.want, tt.got, diff)
		}
	}
}
