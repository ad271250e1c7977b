//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package transfer

import (
	"errors"
	"os"
	"slices"
	"syscall"
)

// noLocks is what file systems without locks answer; a network's takes EBADF for a file
// that is only read, and ENOLCK where its lock service does not run.
var noLocks = []error{syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.EBADF, syscall.EINVAL, syscall.ENOLCK}

// lockInput takes the input for one import, until the file is closed or the process
// ends. Where a file system has no locks, it is for the user not to import twice.
func lockInput(input *os.File) error {
	for {
		err := syscall.Flock(int(input.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errInputInUse
		case slices.ContainsFunc(noLocks, func(none error) bool { return errors.Is(err, none) }):
			return nil
		}
		return err
	}
}
