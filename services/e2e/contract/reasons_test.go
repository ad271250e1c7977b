package contract_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/gen/reasons"
)

// root is the top of the project.
const root = "../../.."

// noReasons are the upper-case words in the sources that are no reasons of
// errors that a caller of the API sees, with what they are. Names of enum values
// of the contract, and words of fewer than five letters, are known without them.
var noReasons = map[string]string{
	"COMMIT": "SQL", "ROLLBACK": "SQL", "BEGIN": "SQL", "UPDATE": "SQL", "DISTINCT": "SQL", "MATERIALIZED": "SQL",
	"ERROR": "a severity of PostgreSQL", "XX001": "a code of PostgreSQL", "XX002": "a code of PostgreSQL",
	"ONRECORD": "the start of environment variables",
	"REF_AREA": "an SDMX dimension", "COUNTERPART_AREA": "an SDMX dimension",
	"OBS_STATUS": "an SDMX attribute", "CONF_STATUS": "an SDMX attribute", "DECIMALS": "an SDMX attribute",
	"UNIT_MULT": "an SDMX attribute", "UNIT_MEASURE": "an SDMX attribute",
	"PUBLISHED": "how a stage ended", "DISCARDED": "how a stage ended",
	"UNKNOWN": "a write_outcome", "NOT_WRITTEN": "a write_outcome", "FIGURE_WORDS": "what is erased", "DOCUMENT": "what is erased",
	"MALFORMED": "a cause", "UNSUPPORTED": "a cause", "OUT_OF_RANGE": "a cause", "REVERSED_INTERVAL": "a cause",
	"TOO_LONG": "of a decimal: MALFORMED_DECIMAL", "EXACT_MISMATCH": "of a text: SPAN_MISMATCH",
	"DATABASE_GONE": "at the start, and of /readyz", "DATABASE_REPLACED": "the same",
	"DATABASE_FOREIGN": "at the start", "DATABASE_IN_USE": "at the start", "DATABASE_UNSUPPORTED": "at the start",
	"SCHEMA_TOO_NEW": "at the start", "SCHEMA_TOO_OLD": "at the start", "CLOCK_BEHIND": "of /readyz",
	"BACKUP_EXISTS": "of a command", "COPY_SAME_DATABASE": "of a command", "COPY_TARGET_DIFFERS": "of a command", "COPY_DIFFERS": "of a command",
	"RECORD_TIME_PASSED": "of a command",
	"INVALID_ARGUMENT":   "a status code",
	"ALREADY_EXISTS":     "a default that no error leaves it at", "FAILED_PRECONDITION": "a default that no error leaves it at",
	"ABORTED":         "a default that no error leaves it at",
	"UNAUTHENTICATED": "a default that no error leaves it at", "PERMISSION_DENIED": "a default that no error leaves it at",
}

// noReasonFiles have upper-case words that are no reasons, and make no errors.
var noReasonFiles = map[string]string{
	"services/metrics/internal/domain/reporting_year.go": "an attribute of SDMX",
	"services/gateway/evidence/refused.go":               "what `onrecord verify` says of a file: no server answers it",
	"services/platform/sdmx/columns.go":                  "columns of SDMX-CSV",
}

// alsoValues are the reasons that are values of enums too.
var alsoValues = map[string]string{"RETRACTED": "what a watch says of a change", "ERASED": "the same"}

// TestEveryReasonIsInTheTable: whoever handles an error finds its reason in
// proto/README.md, and finds none there that no error has.
func TestEveryReasonIsInTheTable(t *testing.T) {
	table, used := reasonTable(t), usedReasons(t)
	if len(used) < 80 {
		t.Fatalf("only %d reasons were found in the sources: the scan is broken", len(used))
	}
	for reason, where := range used {
		if _, ok := table[reason]; !ok {
			t.Errorf("%s (%s) is not in proto/README.md; if it is no reason, say so in noReasons", reason, where)
		}
	}
	for reason := range table {
		if _, ok := used[reason]; !ok {
			t.Errorf("proto/README.md has %s, which no source has", reason)
		}
	}
	for word := range noReasons {
		if _, ok := table[word]; ok {
			t.Errorf("%s is in proto/README.md and in noReasons", word)
		}
	}
}

// TestThePageOfErrorsHasTheTable: the types of errors lead to a page that is made of
// the same table; make gen brings it up to date.
func TestThePageOfErrorsHasTheTable(t *testing.T) {
	table := reasonTable(t)
	var groups []struct {
		Reasons []struct{ Name, Code string }
	}
	if err := json.Unmarshal(reasons.JSON, &groups); err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]string)
	for _, group := range groups {
		for _, reason := range group.Reasons {
			shown[reason.Name] = reason.Code
		}
	}
	if !maps.Equal(shown, table) {
		t.Errorf("gen/reasons has %d reasons, the table of proto/README.md %d, or with other codes: run make gen", len(shown), len(table))
	}
}

// TestCommentsNameRealReasons: a reason in a comment of the contract exists.
func TestCommentsNameRealReasons(t *testing.T) {
	table, found := reasonTable(t), 0
	named := regexp.MustCompile(`reasons?\s+([A-Z][A-Z0-9_]{4,})(?:(?:,\s+[A-Z0-9_]+)*\s+or\s+([A-Z][A-Z0-9_]{4,}))?`)
	margin := regexp.MustCompile(`\n\s*//\s*`)
	walk(t, "proto", ".proto", func(path string, content []byte) {
		for _, match := range named.FindAllStringSubmatch(margin.ReplaceAllString(string(content), " "), -1) {
			for _, reason := range match[1:] {
				if _, ok := table[reason]; reason != "" && !ok {
					t.Errorf("%s names the reason %s, which is not in proto/README.md", path, reason)
				}
				found++
			}
		}
	})
	if found < 30 {
		t.Errorf("only %d reasons were found in comments: the scan is broken", found)
	}
}

// httpCodes are the HTTP codes of status codes; these reasons have another.
var (
	httpCodes = map[string]string{
		"INVALID_ARGUMENT": "400", "FAILED_PRECONDITION": "400", "NOT_FOUND": "404", "ALREADY_EXISTS": "409", "ABORTED": "409",
		"RESOURCE_EXHAUSTED": "429", "CANCELLED": "499", "INTERNAL": "500", "UNIMPLEMENTED": "501", "UNAUTHENTICATED": "401", "PERMISSION_DENIED": "403", "UNAVAILABLE": "503", "DEADLINE_EXCEEDED": "504",
	}
	otherHTTP = map[string]string{
		"RETRACTED": "410", "ERASED": "410", "ETAG_MISMATCH": "409, 412", "REQUEST_TOO_LARGE": "413", "REQUEST_TOO_SLOW": "408", "UNSUPPORTED_MEDIA_TYPE": "415", "METHOD_NOT_ALLOWED": "405", "NOT_ACCEPTABLE": "406", "MISDIRECTED_REQUEST": "421", "SERVICE_TOO_OLD": "503",
	}
)

// reasonTable reads the reasons of proto/README.md with their codes.
func reasonTable(t *testing.T) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "proto", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\| ([A-Z_]+) \\| ([0-9, ]+) \\| [^|]+\\. \\|$")
	table := make(map[string]string)
	for _, match := range row.FindAllStringSubmatch(string(content), -1) {
		reason, status, http := match[1], match[2], match[3]
		if _, twice := table[reason]; twice {
			t.Errorf("%s is twice in the table", reason)
		}
		table[reason] = status
		want := httpCodes[status]
		if other, ok := otherHTTP[reason]; ok {
			want = other
		}
		if _, ok := code.Code_value[status]; !ok || http != want {
			t.Errorf("%s: %s goes with HTTP %s, the table has %s", reason, status, want, http)
		}
	}
	if rows := strings.Count(string(content), "\n| `"); rows != len(table) {
		t.Errorf("%d of %d rows of proto/README.md can be read", len(table), rows)
	}
	return table
}

var (
	upperSnake = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
	celID      = regexp.MustCompile(`\bid: "([a-z0-9_]+\.[a-z0-9_]+)"`)
)

// usedReasons finds the reasons in the sources, with a place where each stands:
// every upper-case string that is not known to be something else, and the ids of
// rules in the .proto files. It takes in too much rather than too little, so that
// no way of making an error escapes it.
func usedReasons(t *testing.T) map[string]string {
	t.Helper()
	values, used := enumValues(), make(map[string]string)
	for _, module := range []string{"platform", "statements", "metrics", "gateway"} {
		walk(t, filepath.Join("services", module), ".go", func(path string, content []byte) {
			if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/testkit/") || strings.Contains(path, "/storetest/") || noReasonFiles[path] != "" {
				return
			}
			for _, word := range stringsIn(t, path, content) {
				if len(word) >= 5 && upperSnake.MatchString(word) && (!values[word] || alsoValues[word] != "") && noReasons[word] == "" {
					used[word] = path
				}
			}
		})
	}
	walk(t, "proto", ".proto", func(path string, content []byte) {
		for _, match := range celID.FindAllStringSubmatch(string(content), -1) {
			used[strings.ToUpper(strings.ReplaceAll(match[1], ".", "_"))] = path
		}
	})
	return used
}

func stringsIn(t *testing.T, path string, content []byte) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found = append(found, text)
			}
		}
		return true
	})
	return found
}

// enumValues are the names of all enum values of onrecord.
func enumValues() map[string]bool {
	names := make(map[string]bool)
	add := func(enums protoreflect.EnumDescriptors) {
		for i := range enums.Len() {
			values := enums.Get(i).Values()
			for j := range values.Len() {
				names[string(values.Get(j).Name())] = true
			}
		}
	}
	var nested func(protoreflect.MessageDescriptors)
	nested = func(messages protoreflect.MessageDescriptors) {
		for i := range messages.Len() {
			add(messages.Get(i).Enums())
			nested(messages.Get(i).Messages())
		}
	}
	for _, file := range files() {
		add(file.Enums())
		nested(file.Messages())
	}
	return names
}

// walk calls visit for every file of a folder of the project with the ending.
func walk(t *testing.T, folder, ending string, visit func(path string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ending) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator))), content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
