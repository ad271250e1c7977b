package sqlitedb

import "context"

// alarm interrupts what runs on a connection when the context of a read ends. The driver
// has a goroutine that waits for one channel; starting and ending it for every read would
// cost more than many a read does, so it waits for the alarm, read after read, until that
// was raised.
type alarm struct {
	raised chan struct{} // nil while nobody waits for it
	raise  func()
}

// interruptAtEnd has the connection interrupted when ctx ends, until disarm is called.
func (c *Conn) interruptAtEnd(ctx context.Context) (disarm func()) {
	if c.raised == nil {
		raised := make(chan struct{})
		c.alarm = alarm{raised, func() { close(raised) }}
		c.raw.SetInterrupt(raised)
	}
	stop := context.AfterFunc(ctx, c.raise)
	return func() {
		if stop() {
			return
		}
		<-c.raised // or is about to be
		c.raw.SetInterrupt(nil)
		c.alarm = alarm{}
	}
}
