package pgdb

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"
)

// secrets are what the files of an address hold: the password, and the authorities that
// the server's certificate may be from. An operator changes them while the service runs,
// so they are read anew for each connection; what cannot be read leaves in force what was
// read before, with one warning. (A client's certificate the driver reads anew itself.)
type secrets struct {
	at  string
	log *zap.Logger

	mu                            sync.Mutex
	password                      string
	trust                         []*tls.Config
	passwordFailing, trustFailing bool
}

func newSecrets(at string, now *pgconn.Config, log *zap.Logger) *secrets {
	return &secrets{at: at, log: log, password: now.Password, trust: trustOf(now)}
}

// use gives a connection that is about to be made what the files have now.
func (s *secrets) use(_ context.Context, conn *pgx.ConnConfig) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	password, err := s.readPassword()
	s.note("the database's password", &s.passwordFailing, password != s.password, err)
	if err == nil {
		s.password = password
	}
	trust, err := s.readTrust()
	s.note("the database's authorities", &s.trustFailing, err == nil && !slices.EqualFunc(trust, s.trust, sameTrust), err)
	if err == nil {
		s.trust = trust
	}
	conn.Password = s.password
	for i, mine := range trustOf(&conn.Config) {
		if mine != nil { // it stays, as the driver knows the client's certificate by it
			from := s.trust[i]
			mine.RootCAs, mine.ClientCAs, mine.VerifyPeerCertificate = from.RootCAs, from.ClientCAs, from.VerifyPeerCertificate
		}
	}
	return nil
}

// failing reports whether something could not be read when a connection was made last.
func (s *secrets) failing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passwordFailing || s.trustFailing
}

// withoutTLS are settings by which an address names no file but that of passwords: the
// last of a name counts.
const withoutTLS = "sslmode=disable&sslrootcert=&sslcert=&sslkey=&sslnegotiation="

// readPassword reads the password alone, which is good whatever the authorities are. The
// driver takes a file that it cannot read, or without a line for us, for no password.
func (s *secrets) readPassword() (string, error) {
	now, err := pgconn.ParseConfig(withSettings(s.at, withoutTLS))
	if err != nil {
		return "", causeOf(err)
	}
	if now.Password == "" && s.password != "" {
		return "", errors.New("the file of passwords cannot be read, or has none for this server, database and role")
	}
	return now.Password, nil
}

// withSettings puts settings behind those of an address, which may end in the ? before them
// or in a &; a later ? is part of a value. (net/url does not read all that the driver does,
// such as several hosts.)
func withSettings(at, more string) string {
	_, settings, asks := strings.Cut(at, "?")
	switch {
	case !asks:
		return at + "?" + more
	case settings == "" || strings.HasSuffix(settings, "&"):
		return at + more
	}
	return at + "&" + more
}

func (s *secrets) readTrust() ([]*tls.Config, error) {
	now, err := pgconn.ParseConfig(s.at)
	if err != nil {
		return nil, causeOf(err)
	}
	trust := trustOf(now)
	if !slices.EqualFunc(trust, s.trust, func(a, b *tls.Config) bool { return (a == nil) == (b == nil) }) {
		return nil, errors.New("there are others than at the start, which takes a restart")
	}
	return trust, nil
}

// note logs each change of state once.
func (s *secrets) note(what string, failing *bool, changed bool, err error) {
	switch {
	case err != nil && !*failing:
		s.log.Warn(what+" cannot be read; what was read before stays in force", zap.Error(err))
	case err == nil && (*failing || changed):
		s.log.Info(what + " read")
	}
	*failing = err != nil
}

// trustOf are the TLS settings of a connection's attempts, nil for one without TLS.
func trustOf(config *pgconn.Config) []*tls.Config {
	all := []*tls.Config{config.TLSConfig}
	for _, fallback := range config.Fallbacks {
		all = append(all, fallback.TLSConfig)
	}
	return all
}

func sameTrust(a, b *tls.Config) bool {
	return a == b || a.RootCAs.Equal(b.RootCAs)
}

// causeOf is why an address cannot be parsed, without the address.
func causeOf(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) && errors.Unwrap(parse) != nil {
		return errors.Unwrap(parse)
	}
	return errors.New("the settings of the database cannot be used any more")
}
