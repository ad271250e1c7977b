package arch_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/onrecord/onrecord/"

// rule forbids imports, and says why.
type rule struct {
	from   []string // packages below these, by path within the project
	except []string // but not below these
	never  []string // may not import anything below these
	why    string
}

var rules = []rule{
	{
		from: []string{"services/platform"}, never: []string{module + "gen", module + "services/statements", module + "services/metrics", module + "services/gateway", module + "services/cli"},
		why: "platform is plumbing: it knows no domain, so that every service can stand on it",
	},
	{
		from: []string{"services/statements"}, never: []string{module + "services/metrics", module + "services/gateway", module + "services/cli"},
		why: "the services meet only through gen",
	},
	{
		from: []string{"services/metrics"}, never: []string{module + "services/statements", module + "services/gateway", module + "services/cli"},
		why: "the services meet only through gen",
	},
	{
		from: []string{"services/gateway"}, never: []string{module + "services/statements", module + "services/metrics", module + "services/cli", "zombiezen.com/go/sqlite", "github.com/jackc/pgx", "database/sql"},
		why: "the gateway keeps no state and meets the services only through gen",
	},
	{
		from: []string{"services/gateway/jsonld", "services/gateway/evidence"}, never: []string{module + "services/gateway", "google.golang.org/grpc", "net/http", "os"},
		why: "the forms of the record that others read are made and checked without a server: the command line has them too",
	},
	{
		from: []string{"services/cli/internal/interchange"}, never: []string{module + "services/gateway/server", module + "services/gateway/evidence"},
		why: "a file is read and written without a gateway: of it only the terms of JSON-LD are shared",
	},
	{
		from:  []string{"services/statements/internal/domain", "services/metrics/internal/domain"},
		never: []string{"google.golang.org/grpc", module + "gen", "zombiezen.com", "github.com/jackc/pgx", module + "services/platform/sqlitedb", module + "services/platform/pgdb", module + "services/platform/rpcserver"},
		why:   "the rules of the domain depend neither on a transport nor on a database",
	},
	{
		from:  []string{"services/statements/internal/store", "services/metrics/internal/store"},
		never: []string{module + "gen", module + "services/statements/internal/api", module + "services/metrics/internal/api", "google.golang.org/grpc"},
		why:   "a store speaks the domain's words; what a caller sees is made in api",
	},
	{
		from: []string{"services/statements/internal/api", "services/metrics/internal/api"},
		never: []string{
			module + "services/statements/internal/store/sqlite", module + "services/metrics/internal/store/sqlite",
			module + "services/statements/internal/store/postgres", module + "services/metrics/internal/store/postgres",
			module + "services/statements/internal/store/tables", module + "services/metrics/internal/store/tables",
			"zombiezen.com", "github.com/jackc/pgx", module + "services/platform/sqlitedb", module + "services/platform/pgdb",
		},
		why: "only server knows which engine is chosen",
	},
	{
		from: []string{"services/platform", "services/statements", "services/metrics", "services/gateway", "services/cli"}, never: []string{module + "services/e2e"},
		why: "end-to-end tests stand on the product, not the other way round",
	},
}

// goPackage is what `go list -json` says of a package, in part.
type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// list runs go list over the whole workspace.
func list(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, args...)...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		if failed := (&exec.ExitError{}); errors.As(err, &failed) {
			t.Fatalf("go list: %v\n%s", err, failed.Stderr)
		}
		t.Fatal(err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func below(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return path == folder || strings.HasPrefix(path, folder+"/")
	})
}

func TestImports(t *testing.T) {
	packages := list(t, "work")
	for _, r := range rules {
		matched := 0
		for _, p := range packages {
			path := strings.TrimPrefix(p.ImportPath, module)
			if !below(path, r.from) || below(path, r.except) {
				continue
			}
			matched++
			for _, imported := range p.Imports {
				if below(imported, r.never) {
					t.Errorf("%s imports %s: %s", path, imported, r.why)
				}
			}
		}
		if matched == 0 {
			t.Errorf("no package is below %q: the rule checks nothing", r.from)
		}
	}
}

// TestPrograms: what must not be linked into a program, directly or not.
func TestPrograms(t *testing.T) {
	for program, forbidden := range map[string]map[string]string{
		"services/gateway/cmd/gateway": {
			"zombiezen.com/go/sqlite": "the gateway keeps no state, so there is no SQL driver in it",
			"modernc.org/sqlite/lib":  "the gateway keeps no state, so there is no SQL driver in it",
			"github.com/jackc/pgx/v5": "the gateway keeps no state, so there is no SQL driver in it",
		},
		"gen/onrecord/statements/v1": {
			"github.com/grpc-ecosystem/grpc-gateway/v2/runtime": "who calls gRPC does not link the REST handlers",
			"zombiezen.com/go/sqlite":                           "a client needs no database",
		},
		"gen/onrecord/metrics/v1": {
			"github.com/grpc-ecosystem/grpc-gateway/v2/runtime": "who calls gRPC does not link the REST handlers",
			"zombiezen.com/go/sqlite":                           "a client needs no database",
		},
	} {
		t.Run(program, func(t *testing.T) {
			for _, p := range list(t, "./"+program) {
				for _, dependency := range p.Deps {
					if why, found := forbidden[dependency]; found {
						t.Errorf("%s is linked in: %s", dependency, why)
					}
				}
			}
		})
	}
}
