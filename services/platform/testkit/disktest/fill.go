package disktest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Fill takes all room of the file system under a folder. The result gives it
// back.
func Fill(t *testing.T, folder string) (makeRoom func()) {
	t.Helper()
	path := filepath.Join(folder, "ballast")
	file := must.Get(os.Create(path))(t)
	block := make([]byte, 1<<16)
	for len(block) > 0 {
		_, err := file.Write(block)
		switch {
		case errors.Is(err, syscall.ENOSPC):
			block = block[:len(block)/2] // down to the last byte
		default:
			must.OK(t, err)
		}
	}
	must.OK(t, file.Close())
	return func() { must.OK(t, os.Remove(path)) }
}
