package sqlitedb

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// clockTable is a table that each file has which was migrated.
const clockTable = "record_clock"

// createClock makes the one-row table that holds the newest record time ever
// given out. With it the record axis continues across a restart, even when the
// machine's clock was set back meanwhile.
const createClock = `CREATE TABLE record_clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last_record_time INTEGER NOT NULL -- microseconds since 1970, UTC
) STRICT;
INSERT INTO record_clock (id, last_record_time) VALUES (1, 0);
`

// loadClock returns the newest record time in the file, 0 in a file whose
// first migration has not run.
func loadClock(conn *Conn) (last recordtime.Time, err error) {
	exists, err := conn.QueryOne("SELECT 1 FROM sqlite_schema WHERE name = 'record_clock'", nil)
	if err != nil || !exists {
		return 0, err
	}
	_, err = conn.QueryOne("SELECT last_record_time FROM record_clock", func(row recorddb.Row) error {
		last = recorddb.Time(row, 0)
		return nil
	})
	return last, err
}

func saveClock(conn *Conn, last recordtime.Time) error {
	return conn.exec("UPDATE record_clock SET last_record_time = max(last_record_time, ?)", last)
}
