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
type stmtCache struct {
	conn   *sqlite.Conn
	bySQL  map[string]*list.Element
	recent *list.List // of *cachedStmt, newest first
}

type cachedStmt struct {
	sql  string
	stmt *sqlite.Stmt
	// kept says that it is in the cache, used that a query runs it: the same SQL may run
	// again from inside a row callback, by another statement, which is not kept.
	kept, used bool
}

func newStmtCache(conn *sqlite.Conn) *stmtCache {
	return &stmtCache{conn: conn, bySQL: make(map[string]*list.Element), recent: list.New()}
}

// take returns a statement that is reset and has no bindings.
func (c *stmtCache) take(sql string) (*cachedStmt, error) {
	element, kept := c.bySQL[sql]
	if kept {
		if found, _ := element.Value.(*cachedStmt); !found.used {
			found.used = true
			c.recent.MoveToFront(element)
			return found, nil
		}
	}
	stmt, trailing, err := c.conn.PrepareTransient(sql)
	if err != nil {
		return nil, fmt.Errorf("%w, in %s", err, sql)
	}
	if rest := strings.TrimSpace(sql[len(sql)-trailing:]); rest != "" && rest != ";" {
		stmt.Finalize() //nolint:errcheck // never stepped
		return nil, fmt.Errorf("more than one statement in %s", sql)
	}
	made := &cachedStmt{sql: sql, stmt: stmt, kept: !kept, used: true}
	if made.kept {
		c.bySQL[sql] = c.recent.PushFront(made)
		c.dropOldest()
	}
	return made, nil
}

// dropOldest keeps the cache within its bound, but for what is in use.
func (c *stmtCache) dropOldest() {
	for element := c.recent.Back(); element != nil && c.recent.Len() > maxStatements; {
		cached, _ := element.Value.(*cachedStmt)
		element = element.Prev()
		if !cached.used {
			c.drop(cached)
		}
	}
}

// give ends the use of a statement.
func (c *stmtCache) give(cached *cachedStmt) {
	cached.used = false
	failed := cached.stmt.Reset() != nil || cached.stmt.ClearBindings() != nil // the error was that of Step
	switch {
	case !cached.kept:
		cached.stmt.Finalize() //nolint:errcheck // likewise
	case failed:
		c.drop(cached)
	}
}

func (c *stmtCache) drop(cached *cachedStmt) {
	c.recent.Remove(c.bySQL[cached.sql])
	delete(c.bySQL, cached.sql)
	cached.stmt.Finalize() //nolint:errcheck // an error would be that of its last use
}

func (c *stmtCache) close() {
	for element := c.recent.Front(); element != nil; element = c.recent.Front() {
		cached, _ := element.Value.(*cachedStmt)
		c.drop(cached)
	}
}
