package pgserver

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// folders are where packages put programs that are not in PATH: a folder per
// major version.
var folders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/usr/sbin",
}

// find returns the path of a program: that of the newest version of PostgreSQL
// that has it, else the one in PATH.
func find(program string) (string, error) {
	best, version := "", -1
	for _, folder := range folders {
		// The patterns are well formed, so that there is no error.
		paths, _ := filepath.Glob(filepath.Join(folder, program))
		for _, path := range paths {
			if v := versionIn(path); v > version && executable(path) {
				best, version = path, v
			}
		}
	}
	if best != "" {
		return best, nil
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%s is not on this machine: `make test-setup` installs it, or says what to install", program)
	}
	return path, nil
}

// versionIn reads the last number of a path, 0 when it has none.
func versionIn(path string) int {
	end := len(path)
	for end > 0 && !digit(path[end-1]) {
		end--
	}
	start := end
	for start > 0 && digit(path[start-1]) {
		start--
	}
	v, err := strconv.Atoi(path[start:end])
	if err != nil {
		return 0
	}
	return v
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// Program returns the path of a client or server program of PostgreSQL, such as
// pg_dump, of the version that Start runs. The error says how to install it.
func Program(name string) (string, error) { return find(name) }
