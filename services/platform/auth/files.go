package auth

import (
	"os"
	"time"
)

// stamp says which state of some files was read: a file that is replaced, also
// behind the symbolic links of a mounted secret, has another time or size.
type stamp [3]struct {
	modified time.Time
	size     int64
}

// stampOf looks at files; one that has no path is left out.
func stampOf(paths [3]string) (s stamp, err error) {
	for i, path := range paths {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return stamp{}, err
		}
		s[i].modified, s[i].size = info.ModTime(), info.Size()
	}
	return s, nil
}
