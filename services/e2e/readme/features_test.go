package readme_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/readme"
)

var (
	testName = regexp.MustCompile("`(Test\\w+)`")
	testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	feature  = regexp.MustCompile(`(?m)^\| ([SMJ]\d+) \| .+ \| (.+) \|$`)
)

// How many rows of statements, of figures and of the gateway there are.
const (
	statementFeatures = 26
	figureFeatures    = 27
	gatewayFeatures   = 16
)

// TestFeatures: every feature has a row, and every test that a row names is
// there.
func TestFeatures(t *testing.T) {
	tests := allTests(t)
	checkFeatures(t, "features", "S", statementFeatures, tests)
	checkFeatures(t, "figure-features", "M", figureFeatures, tests)
	checkFeatures(t, "gateway-features", "J", gatewayFeatures, tests)
}

// checkFeatures checks the rows of one table, which are numbered from 1.
func checkFeatures(t *testing.T, table, letter string, count int, tests map[string]bool) {
	t.Helper()
	rows := feature.FindAllStringSubmatch(section(t, table), -1)
	if len(rows) != count {
		t.Fatalf("the table of %s has %d rows, want %s1 to %s%d", table, len(rows), letter, letter, count)
	}
	for i, row := range rows {
		if want := fmt.Sprint(letter, i+1); row[1] != want {
			t.Errorf("row %d is %s, want %s", i+1, row[1], want)
		}
		named := testName.FindAllStringSubmatch(row[2], -1)
		if len(named) == 0 {
			t.Errorf("%s names no test", row[1])
		}
		for _, name := range named {
			if !tests[name[1]] {
				t.Errorf("%s names %s, and there is no such test", row[1], name[1])
			}
		}
	}
}

// allTests are the names of all tests of the project.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	root, err := readme.Root()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	err = filepath.WalkDir(filepath.Join(root, "services"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range testFunc.FindAllStringSubmatch(string(text), -1) {
			names[found[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
