package arch_test

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the top of the project.
const root = "../../.."

// sourceFiles calls visit for every Go file that people write.
func sourceFiles(t *testing.T, visit func(path string)) {
	t.Helper()
	count := 0
	err := filepath.WalkDir(filepath.Join(root, "services"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".go") {
			count++
			visit(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 100 {
		t.Fatalf("only %d Go files were found: the walk is broken", count)
	}
}

func parse(t *testing.T, path string) (*token.FileSet, *ast.File) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return set, file
}

// TestEveryPackageSaysWhatItIsFor: a reader who opens a folder must not have to
// guess what belongs there.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	documented := map[string]bool{}
	sourceFiles(t, func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		_, file := parse(t, path)
		folder := filepath.Dir(path)
		documented[folder] = documented[folder] || len(strings.Fields(file.Doc.Text())) >= 5
	})
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

// Limits on size: a file holds one thing, a function fits a screen.
const (
	maxFileLines     = 500
	maxTestFileLines = 800
	maxFunctionLines = 80
)

func TestSizes(t *testing.T) {
	sourceFiles(t, func(path string) {
		test := strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/storetest/")
		limit := maxFileLines
		if test {
			limit = maxTestFileLines
		}
		set, file := parse(t, path)
		if lines := set.Position(file.End()).Line; lines > limit {
			t.Errorf("%s has %d lines, more than %d: does it hold one thing?", path, lines, limit)
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || test {
				continue
			}
			lines := set.Position(function.End()).Line - set.Position(function.Pos()).Line + 1
			if lines > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, more than %d", path, function.Name.Name, lines, maxFunctionLines)
			}
		}
	})
}

// TestExportedNamesAreDocumented: the doc comments are the manual.
func TestExportedNamesAreDocumented(t *testing.T) {
	sourceFiles(t, func(path string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		_, file := parse(t, path)
		if file.Name.Name == "main" {
			return
		}
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
					t.Errorf("%s: %s has no doc comment", path, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
						t.Errorf("%s: type %s has no doc comment", path, s.Name.Name)
					}
				}
			}
		}
	})
}

// exportedReceiver says whether a function is one or a method of an exported
// type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if index, ok := kind.(*ast.IndexExpr); ok {
		kind = index.X
	}
	name, ok := kind.(*ast.Ident)
	return !ok || name.IsExported()
}

// machinePath is a path that means something on one machine only.
var machinePath = regexp.MustCompile(`(^|[^a-z.$}])/(work|farm|root|home|tmp)/`)

// TestNoMachinePaths: the project must be the same wherever it is cloned.
func TestNoMachinePaths(t *testing.T) {
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
		if strings.HasSuffix(name, ".sum") || strings.HasSuffix(name, "arch/tree_test.go") {
			continue
		}
		checkLines(t, name)
	}
}

func checkLines(t *testing.T, name string) {
	file, err := os.Open(filepath.Join(root, name))
	if err != nil {
		return // listed, but removed in the working tree
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if found := machinePath.FindString(lines.Text()); found != "" {
			t.Errorf("%s:%d: names the path %s of a machine", name, n, strings.TrimSpace(found))
		}
	}
}
