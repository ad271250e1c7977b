package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
)

// net/http copies the header of each answer, sorts it and writes it field by field: of
// what a small answer costs, a fifth. What a handler has put into Head goes out as it is.

const (
	// statusRoom is how long a status line may be to get its place before the fields.
	statusRoom = 64
	// headRoom is room for a small answer, largestHead what is kept for the next one, in
	// bytes.
	headRoom, largestHead = 4 << 10, 64 << 10
)

// Head returns where the handler of a request may put fields of the header of its answer,
// ready to be sent, each "Name: value\r\n", right before it calls WriteHeader with the code
// of the answer itself, not of one before it (1xx). None of them may be Managed. It is nil
// where there is no such place: the connection is secured, or not one of Group.HTTP.
func Head(ctx context.Context) *[]byte {
	client, _ := ctx.Value(clientKey{}).(*client)
	if client == nil || client.connection == nil {
		return nil
	}
	return client.connection.startHead()
}

// Managed reports whether net/http itself looks at a field of a header: such a field must
// not be put into Head.
func Managed(name string) bool {
	switch name {
	case "Content-Type", "Content-Length", "Content-Encoding", "Connection", "Transfer-Encoding", "Date", "Trailer":
		return true
	}
	return strings.HasPrefix(name, http.TrailerPrefix)
}

// heads are used again.
var heads = sync.Pool{New: func() any {
	room := make([]byte, 0, headRoom)
	return &room
}}

// headed is a listener whose connections take heads.
type headed struct{ net.Listener }

// Accept implements net.Listener.
func (h headed) Accept() (net.Conn, error) {
	conn, err := h.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &connection{deadlines: deadlines{TCPConn: tcp}}, err
	}
	return conn, err
}

// connection is a connection without TLS. Only one answer is written to it at a time.
type connection struct {
	deadlines
	head *[]byte // nil for none; its first statusRoom bytes are free
}

func (c *connection) startHead() *[]byte {
	if c.head == nil {
		c.head, _ = heads.Get().(*[]byte)
	}
	*c.head = (*c.head)[:statusRoom]
	return c.head
}

// errStatusLine ends a connection: net/http has no status line that is as long.
var errStatusLine = errors.New("the status line is too long")

// Write implements net.Conn. The first bytes of an answer are its status line.
func (c *connection) Write(answer []byte) (int, error) {
	if c.head == nil {
		return c.deadlines.Write(answer)
	}
	head := c.head
	c.head = nil
	line := bytes.IndexByte(answer, '\n') + 1
	if line > statusRoom {
		return 0, errStatusLine
	}
	from := statusRoom - line
	copy((*head)[from:], answer[:line])
	*head = append(*head, answer[line:]...)
	_, err := c.deadlines.Write((*head)[from:])
	if cap(*head) <= largestHead {
		heads.Put(head)
	}
	if err != nil {
		return 0, err
	}
	return len(answer), nil
}
