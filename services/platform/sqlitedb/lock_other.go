//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package sqlitedb

import (
	"errors"
	"os"
)

// lockFile refuses where no lock dies with its process: two writers with two
// clocks would break the record axis.
func lockFile(*os.File) error {
	return errors.New("file locks are not supported on this operating system")
}
