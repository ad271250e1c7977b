//go:build !unix

package pgserver

import (
	"errors"
	"os/exec"
)

var errUnix = errors.New("test servers run on Unix only: set ONRECORD_TEST_POSTGRES")

func unprivileged(*exec.Cmd) error { return errUnix }
func give(string) error            { return errUnix }
func freeze(int) error             { return errUnix }
func thaw(int) error               { return errUnix }
func kill(int) error               { return errUnix }
