package auth

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// reloadInterval is how often the access list is looked at for changes. It is
// read and compared, because how a mounted secret is replaced differs from
// system to system.
const reloadInterval = time.Second

// listFile is an access list that is read again when it changes.
type listFile struct {
	path string
	log  *zap.Logger
	list atomic.Pointer[accessList]
	text []byte // of the list; only the upkeep touches it after the start
	// failing says that the file could not be read when it was looked at last.
	failing atomic.Bool
}

func openListFile(path string, log *zap.Logger) (*listFile, error) {
	f := &listFile{path: path, log: log}
	if _, err := f.reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// reload reads the file and takes what it says, if that is valid; else what was
// read before stays.
func (f *listFile) reload() (changed bool, err error) {
	text, err := os.ReadFile(f.path)
	if err != nil {
		return false, fmt.Errorf("--api-keys: access list: %w", err)
	}
	if f.list.Load() != nil && bytes.Equal(text, f.text) {
		return false, nil
	}
	list, err := parseAccessList(text)
	if err != nil {
		return false, fmt.Errorf("--api-keys: access list %s: %w", f.path, err)
	}
	f.text = text
	f.list.Store(list)
	return true, nil
}

// upkeep reads the file when it changes.
func (f *listFile) upkeep() lifecycle.Component {
	return lifecycle.Every(reloadInterval, func(context.Context) (bool, error) {
		changed, err := f.reload()
		if err == nil && (changed || f.failing.Load()) {
			list := f.list.Load()
			f.log.Info("access list read", zap.Int("keys", len(list.keys)), zap.Int("certificates", len(list.certificates)))
		}
		if err == nil {
			f.failing.Store(false)
		}
		return false, err
	}, func(err error) {
		if !f.failing.Swap(true) {
			f.log.Warn("access list cannot be read; what was read before stays in force", zap.Error(err))
		}
	})
}
