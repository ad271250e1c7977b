package command

import (
	"net/url"
	"path/filepath"
	"strings"
)

// The services whose record has a place of its own.
const (
	statementsService = "statements"
	metricsService    = "metrics"
)

// place is where a record is kept: sqlite:DIR, sqlite:FILE for one service, or a
// postgres:// URL.
type place string

// database is what the service's own --database takes. oneFile says that the
// place is of this service alone.
func (p place) database(service string, oneFile bool) string {
	folder, isFolder := strings.CutPrefix(string(p), "sqlite:")
	if !isFolder || oneFile {
		return string(p)
	}
	return "sqlite:" + filepath.Join(folder, service+".db")
}

// check refuses what is no place.
func (p place) check(what string) error {
	for _, prefix := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if rest, ok := strings.CutPrefix(string(p), prefix); ok && rest != "" {
			return nil
		}
	}
	return usage("%s must be sqlite:FOLDER (with --service: sqlite:FILE) or a postgres:// URL, not %q", what, p.words())
}

// words is the place without what may hold a password.
func (p place) words() string {
	scheme, rest, _ := strings.Cut(string(p), ":")
	if scheme == "sqlite" {
		return string(p)
	}
	where, err := url.Parse(string(p))
	if err != nil || where.Host == "" {
		if rest == "" {
			return scheme
		}
		return scheme + ":…"
	}
	return where.Scheme + "://" + where.Host + where.Path
}
