package pgdb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"
)

// pingTimeout is how long a connection that was idle may take to answer before
// another one is tried.
const pingTimeout = 2 * time.Second

// connectTimeout is how long a server may take to accept a connection, unless
// the URL says otherwise: one that is frozen never does.
const connectTimeout = 5 * time.Second

func poolConfig(at string, log *zap.Logger) (*pgxpool.Config, *secrets, error) {
	config, err := pgxpool.ParseConfig(at)
	if err != nil {
		return nil, nil, malformed(at)
	}
	if !strings.Contains(at, "connect_timeout") {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if !strings.Contains(at, "default_query_exec_mode") {
		// Statements have no names, so a pooler may send each to another server, and
		// parameters are known to be of the right types.
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	if !strings.Contains(at, "pool_max_conns") {
		config.MaxConns = connections
	}
	if config.PingTimeout == 0 {
		config.PingTimeout = pingTimeout
	}
	held := newSecrets(at, &config.ConnConfig.Config, log)
	config.BeforeConnect = held.use
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "tsvector", OID: pgtype.TSVectorOID, Codec: vectorCodec{}})
		return nil
	}
	return config, held, nil
}

// malformed says what is wrong with an address, in words of our own: those of the
// parser may hold the password. A setting is told by its name.
func malformed(at string) error {
	where, err := url.Parse(at)
	if err != nil {
		return errors.New("the URL of the database is malformed: want postgres://user@host:port/database?setting=value")
	}
	settings := where.Query()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		where.RawQuery = url.Values{name: settings[name]}.Encode()
		if _, err := pgxpool.ParseConfig(where.String()); err != nil {
			where.RawQuery = ""
			if _, err := pgxpool.ParseConfig(where.String()); err == nil {
				return fmt.Errorf("the setting %s in the URL of the database has a value that cannot be used", name)
			}
		}
	}
	return errors.New("the URL of the database is malformed, or settings in it contradict each other:" +
		" want postgres://user@host:port/database?setting=value")
}

// Codes of a server, or of PgBouncer, that refuses what a URL sets.
const (
	codeUnknownSetting = "42704"
	codeBadSetting     = "22023"
	codeProtocol       = "08P01"
)

// firstError is the error of the first use of a database: settings that the
// server refuses are no fault of its own.
func firstError(ctx context.Context, err error) error {
	var connect *pgconn.ConnectError
	var answer *pgconn.PgError
	if errors.As(err, &connect) && errors.As(err, &answer) {
		switch answer.Code {
		case codeUnknownSetting, codeBadSetting, codeProtocol:
			return fmt.Errorf("the database refuses a setting in its URL: %s", answer.Message)
		}
	}
	return mapError(ctx, err)
}
