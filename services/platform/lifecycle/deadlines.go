package lifecycle

import (
	"io"
	"net"
	"sync"
	"time"
)

// net/http moves the deadlines of a connection eight times for each request, mostly
// before it reads or writes anything. Here a deadline is moved once something waits by it.

// writeSlack is by how much an answer may have less time than is said: a deadline that would
// be later by less is left where it is, if it is farther away than that.
const writeSlack = time.Second

// deadlines are a connection whose deadlines are moved late.
type deadlines struct {
	*net.TCPConn

	mu             sync.Mutex
	reading        bool
	readBy, readAt time.Time // as it should be, and as it is

	writeBy, writeAt time.Time // likewise
}

// Read implements net.Conn.
func (d *deadlines) Read(into []byte) (int, error) {
	d.mu.Lock()
	d.reading = true
	err := d.moveRead()
	d.mu.Unlock()
	if err != nil {
		return 0, err
	}
	n, err := d.TCPConn.Read(into)
	d.mu.Lock()
	d.reading = false
	d.mu.Unlock()
	return n, err
}

// Write implements net.Conn.
func (d *deadlines) Write(data []byte) (int, error) {
	if err := d.moveWrite(); err != nil {
		return 0, err
	}
	return d.TCPConn.Write(data)
}

// ReadFrom implements io.ReaderFrom.
func (d *deadlines) ReadFrom(from io.Reader) (int64, error) {
	if err := d.moveWrite(); err != nil {
		return 0, err
	}
	return d.TCPConn.ReadFrom(from)
}

// SetDeadline implements net.Conn.
func (d *deadlines) SetDeadline(at time.Time) error {
	if err := d.SetReadDeadline(at); err != nil {
		return err
	}
	return d.SetWriteDeadline(at)
}

// SetReadDeadline implements net.Conn.
func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.readBy = at
	if d.reading {
		return d.moveRead()
	}
	return nil
}

// SetWriteDeadline implements net.Conn. An earlier one is for a write that is under way.
func (d *deadlines) SetWriteDeadline(at time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writeBy = at
	if !at.IsZero() && (d.writeAt.IsZero() || at.Before(d.writeAt)) {
		d.writeAt = at
		return d.TCPConn.SetWriteDeadline(at)
	}
	return nil
}

// moveRead is called with the lock held.
func (d *deadlines) moveRead() error {
	if d.readAt.Equal(d.readBy) {
		return nil
	}
	d.readAt = d.readBy
	return d.TCPConn.SetReadDeadline(d.readBy)
}

func (d *deadlines) moveWrite() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writeAt.Equal(d.writeBy) {
		return nil
	}
	late := d.writeBy.Sub(d.writeAt)
	if !d.writeAt.IsZero() && !d.writeBy.IsZero() && late > 0 && late < writeSlack && time.Until(d.writeAt) > writeSlack {
		return nil
	}
	d.writeAt = d.writeBy
	return d.TCPConn.SetWriteDeadline(d.writeBy)
}
