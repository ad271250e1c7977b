package pgdb_test

import (
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/onrecord/onrecord/services/platform/pgdb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// lines is a log that is read line by line.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func (l lines) logger() *zap.Logger {
	config := zapcore.EncoderConfig{MessageKey: "m", LevelKey: "l", EncodeLevel: zapcore.LowercaseLevelEncoder}
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(config), zapcore.AddSync(l), zap.InfoLevel))
}

// next waits for a line that holds a text, and for no other one before it.
func (l lines) next(t *testing.T, text string) {
	t.Helper()
	select {
	case line := <-l:
		must.Contains(t, line, text)
	case <-t.Context().Done():
		t.Fatalf("the log never says %s", text)
	}
}

const (
	saysAway = `"l":"warn","m":"cannot look for news of the database until it is back"`
	saysBack = `"l":"info","m":"news of the database are seen again"`
)

// TestAwaitOutlivesItsServer: whoever waits for news waits on while the server is
// away, stopped or frozen, and gets them once it is back. The log says once that
// it is away and once that it is back.
func TestAwaitOutlivesItsServer(t *testing.T) {
	t.Parallel()
	c := pgtest.Cluster(t)
	url := c.DatabaseOf("service")
	log := make(lines, 1000)
	db := open(t, url, pgdb.Options{Log: log.logger()})
	log.next(t, "schema") // it was migrated
	other := open(t, url, pgdb.Options{})
	for name, fault := range map[string]struct{ begin, end func() }{"stopped": {c.Stop, c.Start}, "frozen": {c.Freeze, c.Thaw}} {
		for !awaitThrough(t, db, other, log, name, fault.begin, fault.end) {
			t.Log("the server was away before the first look, which may fail")
		}
	}
}

// awaitThrough waits for news through an outage; false if it began too soon.
func awaitThrough(t *testing.T, db, other *pgdb.DB, log lines, id string, begin, end func()) bool {
	t.Helper()
	got, failed := make(chan recordtime.Time, 1), make(chan error, 1)
	after := present(t, db).Written
	ctx := &watchedContext{Context: t.Context(), waits: make(chan struct{})}
	go func() {
		news, err := db.Await(ctx, after)
		if err != nil {
			failed <- err
			return
		}
		got <- news.Written
	}()
	<-ctx.waits
	begin()
	select {
	case line := <-log:
		must.Contains(t, line, saysAway)
	case err := <-failed:
		t.Log(err)
		end()
		return false
	}
	end()
	log.next(t, saysBack)
	at := add(t.Context(), t, other, id)
	must.Equal(t, <-got, at)
	return true
}
