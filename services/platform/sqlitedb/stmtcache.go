package sqlitedb

import (
	"container/list"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
)

// maxStatements bounds the prepared statements kept for one connection.
// Filters make SQL text of endless variety; the driver's own cache never drops
// anything.
const maxStatements = 256

// stmtCache keeps the prepared statements of a connection that were used last.
// A statement in use is not in the cache, so a query may run the same SQL again
// from inside its row callback.
type stmtCache struct {
	conn   *sqlite.Conn
	bySQL  map[string]*list.Element
	recent *list.List // of cachedStmt, newest first
}

type cachedStmt struct {
	sql  string
	stmt *sqlite.Stmt
}

func newStmtCache(conn *sqlite.Conn) *stmtCache {
	return &stmtCache{conn: conn, bySQL: make(map[string]*list.Element), recent: list.New()}
}

// take returns a statement that is reset and has no bindings.
func (c *stmtCache) take(sql string) (*sqlite.Stmt, error) {
	if element, ok := c.bySQL[sql]; ok {
		return c.remove(element).stmt, nil
	}
	stmt, trailing, err := c.conn.PrepareTransient(sql)
	if err != nil {
		return nil, fmt.Errorf("%w, in %s", err, sql)
	}
	if rest := strings.TrimSpace(sql[len(sql)-trailing:]); rest != "" && rest != ";" {
		stmt.Finalize() //nolint:errcheck // never stepped
		return nil, fmt.Errorf("more than one statement in %s", sql)
	}
	return stmt, nil
}

// give ends the use of a statement.
func (c *stmtCache) give(sql string, stmt *sqlite.Stmt) {
	_, taken := c.bySQL[sql]
	if stmt.Reset() != nil || stmt.ClearBindings() != nil || taken {
		stmt.Finalize() //nolint:errcheck // the error was that of Step
		return
	}
	c.bySQL[sql] = c.recent.PushFront(cachedStmt{sql, stmt})
	if c.recent.Len() > maxStatements {
		c.remove(c.recent.Back()).stmt.Finalize() //nolint:errcheck // reset long ago
	}
}

func (c *stmtCache) remove(element *list.Element) cachedStmt {
	cached, _ := c.recent.Remove(element).(cachedStmt)
	delete(c.bySQL, cached.sql)
	return cached
}

func (c *stmtCache) close() {
	for c.recent.Len() > 0 {
		c.remove(c.recent.Back()).stmt.Finalize() //nolint:errcheck // the connection is going
	}
}
