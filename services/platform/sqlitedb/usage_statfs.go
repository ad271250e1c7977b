//go:build darwin || freebsd || linux

package sqlitedb

import "syscall"

// diskOf returns the size of the disk that a folder is on, and what of it this process
// may still take, in bytes; zeros if the system does not say.
func diskOf(folder string) (size, free int64) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, 0
	}
	block := int64(disk.Bsize) //nolint:unconvert // differs from system to system
	return int64(disk.Blocks) * block, int64(disk.Bavail) * block
}
