package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	smallText = "At least 100 ships came, the harbour master said."
	smallName = "documents/notice/versions/1"
)

// smallByHash is the small record with its text withheld and known by its hash
// alone.
func smallByHash() string {
	out := strings.Replace(small, `"text": "`+smallText+`"`, `"textSha256": "`+sourcetext.HashOf(smallText)+`", "textLength": 49`, 1)
	out = strings.Replace(out, `"languageCode": "en"}`, `"languageCode": "en", "textWithheld": true}`, 1)
	return strings.Replace(out, `"statementType": "INDIRECT",`, `"statementType": "INDIRECT", "text": "He counted many ships.",`, 1)
}

// table is what is printed, a line each, with single spaces.
func table(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return lines
}

func TestVerify(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "ingest", writeFile(t, smallByHash()))
	file := filepath.Join(t.TempDir(), "notice.txt")
	must.OK(t, os.WriteFile(file, []byte(smallText), 0o600))

	title := "VERSION VERIFIED VERIFIED BEFORE NOT MATCHING"
	must.Equal(t, table(server.must(t, "verify", smallName, "--text", file, "--validate-only")), []string{title, smallName + " 2 0 0"})
	must.Contains(t, server.must(t, "get", "figures/notice-ships"), "unverified")
	must.Equal(t, table(server.must(t, "verify", smallName, "--text", file)), []string{title, smallName + " 2 0 0"})
	must.False(t, strings.Contains(server.must(t, "get", "figures/notice-ships"), "unverified"), "the figure is still unverified")
	piped := run(t, smallText, "verify", smallName, "--text", "-", "--server", server.url, "-o", "json")
	must.Equal(t, decode[map[string]int](t, piped.out), map[string]int{"anchoredCount": 2})

	other := server.ask(t, "verify", "documents/notice/versions/2", "--text", file)
	must.Equal(t, other.code, 1)
	must.Contains(t, other.err, "VERSION_NOT_FOUND")
	must.OK(t, os.WriteFile(file, []byte(smallText+"\n"), 0o600))
	other = server.ask(t, "verify", smallName, "--text", file)
	must.Equal(t, other.code, 1)
	must.Contains(t, other.err, "TEXT_HASH_MISMATCH")
	must.OK(t, os.WriteFile(file, []byte("caf\xe9"), 0o600))
	other = server.ask(t, "verify", smallName, "--text", file)
	must.Equal(t, other.code, 1)
	must.Contains(t, other.err, "notice.txt: the file is not UTF-8")
}

func TestVerifyShowsWhatDoesNotMatch(t *testing.T) {
	server := start(t, t.TempDir())
	server.must(t, "ingest", writeFile(t, strings.Replace(smallByHash(), `"exact": "At least 100 ships",`, `"exact": "At least 101 ships",`, 1)))
	for _, before := range []string{"1 0 1", "0 1 1"} {
		got := run(t, smallText, "verify", smallName, "--text", "-", "--server", server.url)
		must.Equal(t, got.code, 1)
		must.Contains(t, got.err, "1 of the facts on "+smallName)
		lines := table(got.out)
		must.Equal(t, lines[1], smallName+" "+before)
		must.Equal(t, lines[3], "FACT SPAN WHY")
		must.Contains(t, lines[4], `figures/notice-ships reported.spans[0] the text at [0, 18) is`)
	}
	asJSON := run(t, smallText, "verify", smallName, "--text", "-", "--server", server.url, "-o", "json")
	must.Equal(t, asJSON.code, 1)
	must.Equal(t, decode[struct{ MismatchCount int }](t, asJSON.out).MismatchCount, 1)
}
