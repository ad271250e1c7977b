package pgtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
)

// maxMessage bounds what a length may claim.
const maxMessage = 256 << 20

// pair is a client's connection and the one to the server that goes with it.
type pair struct {
	client, server net.Conn
	// What the client prepared, by name: whether it is a COMMIT, and whether what it
	// bound last is.
	prepared map[string]bool
	bound    bool
	// unheard is set when the client is not to hear the server any more.
	unheard atomic.Bool
	// ended is closed when nothing is read from the server any more.
	ended chan struct{}
}

func (c *pair) close() {
	// It is over either way.
	_ = errors.Join(c.client.Close(), c.server.Close())
}

func (c *pair) toServer(message []byte) error {
	_, err := c.server.Write(message)
	return err
}

// idle is the server's message that it is ready, outside a transaction.
var idle = []byte{'Z', 0, 0, 0, 5, 'I'}

// commitUnheard passes on a COMMIT, with what the server waits for before it
// answers, and waits for that answer, which the client does not hear.
func (c *pair) commitUnheard(message []byte) {
	c.unheard.Store(true)
	err := c.toServer(message)
	for kind := message[0]; err == nil && kind != 'Q' && kind != 'S'; kind = message[0] {
		if message, err = readMessage(c.client, true); err == nil {
			err = c.toServer(message)
		}
	}
	if err == nil {
		<-c.ended
	}
}

// fromServer passes on what the server says, until the client is not to hear it:
// then it ends with the answer to a COMMIT.
func (c *pair) fromServer() {
	defer close(c.ended)
	buffer, unheard := make([]byte, 64<<10), []byte(nil)
	for {
		n, err := c.server.Read(buffer)
		if c.unheard.Load() {
			unheard = append(unheard, buffer[:n]...)
			if bytes.Contains(unheard, idle) {
				return
			}
		} else if n > 0 {
			if _, err := c.client.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// readMessage reads one message of a client as it is: its type, unless it is the
// first one, its length and its content.
func readMessage(from io.Reader, typed bool) ([]byte, error) {
	head := make([]byte, 4, 5)
	if typed {
		head = head[:5]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[len(head)-4:])
	if length < 4 || length > maxMessage {
		return nil, errors.New("no message of PostgreSQL's protocol")
	}
	message := append(head, make([]byte, length-4)...)
	_, err := io.ReadFull(from, message[len(head):])
	return message, err
}

// commits says whether a message makes the server commit: a simple query, or the
// execution of a statement that was prepared.
func (c *pair) commits(message []byte) bool {
	content := message[min(5, len(message)):]
	first, rest := word(content)
	switch message[0] {
	case 'Q':
		return isCommit(first)
	case 'P': // the statement's name and its text
		text, _ := word(rest)
		c.prepared[first] = isCommit(text)
	case 'B': // a portal's name and the statement's
		name, _ := word(rest)
		c.bound = c.prepared[name]
	case 'E':
		return c.bound
	}
	return false
}

// word splits off a text that a zero ends.
func word(content []byte) (text string, rest []byte) {
	before, after, _ := bytes.Cut(content, []byte{0})
	return string(before), after
}

func isCommit(sql string) bool {
	return strings.EqualFold(strings.TrimRight(strings.TrimSpace(sql), ";"), "commit")
}
