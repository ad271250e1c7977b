package pgtest

import (
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Moment is when a connection is cut.
type Moment int

const (
	// BeforeCommit cuts when the COMMIT came from the client and has not been
	// passed on: the server undoes the transaction.
	BeforeCommit Moment = iota
	// AfterCommit cuts when the server has answered the COMMIT and the answer has
	// not been passed on: the transaction is there and its client does not know.
	AfterCommit
)

// Proxy is a TCP proxy before a PostgreSQL server that can cut connections.
type Proxy struct {
	url      string
	target   string
	listener net.Listener
	running  sync.WaitGroup

	mu    sync.Mutex
	cut   *cut // the next COMMIT's, nil for none
	pairs map[*pair]struct{}
	down  bool
}

// cut is a wish to cut the next connection that commits.
type cut struct {
	when Moment
	done chan struct{}
}

// NewProxy starts a proxy before the server of a postgres:// URL, which must not
// use TLS, until the test ends.
func NewProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	through := must.Get(url.Parse(server))(t)
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	p := &Proxy{target: through.Host, listener: listener, pairs: map[*pair]struct{}{}}
	through.Host = listener.Addr().String()
	p.url = through.String()
	p.running.Go(p.accept)
	t.Cleanup(func() {
		listener.Close()
		p.Down()
		p.running.Wait()
	})
	return p
}

// URL returns the server's URL by way of the proxy.
func (p *Proxy) URL() string { return p.url }

// CutAtCommit cuts the next connection that sends a COMMIT, once. The result is
// closed when that has happened.
func (p *Proxy) CutAtCommit(when Moment) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = &cut{when: when, done: make(chan struct{})}
	return p.cut.done
}

// Down cuts all connections and every new one until Up.
func (p *Proxy) Down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
	for c := range p.pairs {
		c.close()
	}
}

// Up lets connections through again.
func (p *Proxy) Up() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
}

// Target sends connections from now on to the server of another URL, as a
// failover does; those that are there stay where they are.
func (p *Proxy) Target(t testing.TB, server string) {
	t.Helper()
	target := must.Get(url.Parse(server))(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target.Host
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(client) })
	}
}

// serve passes on what a client and the server say until one of them ends.
func (p *Proxy) serve(client net.Conn) {
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	server, err := net.Dial("tcp", target)
	if err != nil {
		_ = client.Close() // it was never of use
		return
	}
	c := &pair{client: client, server: server, ended: make(chan struct{}), prepared: map[string]bool{}}
	defer c.close()
	if !p.add(c) {
		return
	}
	defer p.remove(c)
	var both sync.WaitGroup
	both.Go(func() {
		defer c.close()
		p.fromClient(c)
	})
	both.Go(func() {
		defer c.close()
		c.fromServer()
	})
	both.Wait()
}

func (p *Proxy) add(c *pair) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.down {
		p.pairs[c] = struct{}{}
	}
	return !p.down
}

func (p *Proxy) remove(c *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pairs, c)
}

// take returns the wish for the next COMMIT, which is used up.
func (p *Proxy) take() *cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.cut
	p.cut = nil
	return taken
}

// fromClient passes on what the client says, message by message.
func (p *Proxy) fromClient(c *pair) {
	// The first message has no type: it begins the connection. One that asks for
	// encryption or cancels is passed on like it.
	message, err := readMessage(c.client, false)
	for err == nil {
		if !c.commits(message) {
			err = c.toServer(message)
		} else if wish := p.take(); wish == nil {
			err = c.toServer(message)
		} else {
			if wish.when == AfterCommit {
				c.commitUnheard(message)
			}
			c.close()
			close(wish.done)
			return
		}
		if err == nil {
			message, err = readMessage(c.client, true)
		}
	}
}
