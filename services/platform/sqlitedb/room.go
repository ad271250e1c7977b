package sqlitedb

import (
	"errors"
	"math/rand/v2"
	"syscall"
)

const (
	// markRoom is the part of the lock file that is for the mark.
	markRoom = 4 << 10
	// spareRoom is how much room the rest of the lock file holds. SQLite needs 32 KiB for
	// the index of its log before it reads anything, and a few pages to put the settled
	// time on record.
	spareRoom = 256 << 10
	// leastRoom is what must fit for a disk not to be full.
	leastRoom = 64 << 10
)

// takeRoom fills the lock file, so that a program whose disk is full can be stopped
// and started: see giveRoom. What there is no room for is left.
func (l *processLock) takeRoom() {
	l.room.Lock()
	defer l.room.Unlock()
	info, err := l.file.Stat()
	if err != nil || info.Size() >= markRoom+spareRoom {
		return
	}
	from := max(info.Size(), markRoom)
	_, _ = l.file.WriteAt(incompressible(markRoom+spareRoom-int(from)), from)
}

// giveRoom gives back what takeRoom took, and says whether that was anything.
func (l *processLock) giveRoom() bool {
	l.room.Lock()
	defer l.room.Unlock()
	info, err := l.file.Stat()
	return err == nil && info.Size() > markRoom && l.file.Truncate(markRoom) == nil
}

// full says whether the disk has no room. It tries, since quotas count too.
func (l *processLock) full() bool {
	l.room.Lock()
	defer l.room.Unlock()
	info, err := l.file.Stat()
	if err != nil {
		return false
	}
	from := max(info.Size(), markRoom)
	_, err = l.file.WriteAt(incompressible(leastRoom), from)
	_ = l.file.Truncate(info.Size())
	return noRoom(err)
}

// noRoom says whether an error of the operating system is that of a full disk.
func noRoom(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// incompressible makes bytes that take room on file systems that compress, too.
func incompressible(n int) []byte {
	bytes := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(bytes) // never fails
	return bytes
}
