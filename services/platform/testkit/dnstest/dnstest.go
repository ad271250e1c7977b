// Package dnstest is a name server for tests whose addresses come and go, as those of
// the replicas behind a name do. Only what answers for names may go here.
package dnstest

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// maxMessage is the greatest length of a question, in bytes.
const maxMessage = 1500

// Server answers for names. It is safe for concurrent use.
type Server struct {
	conn net.PacketConn

	mu    sync.Mutex
	names map[string][]netip.Addr
}

// New starts a name server on a loopback port, over UDP, until the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	must.OK(t, err)
	s := &Server{conn: conn, names: make(map[string][]netip.Addr)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.serve()
	}()
	t.Cleanup(func() {
		must.OK(t, conn.Close())
		<-done
	})
	return s
}

// Address is where it answers: host:port.
func (s *Server) Address() string { return s.conn.LocalAddr().String() }

// Target is a gRPC target for a port of all addresses of a name.
func (s *Server) Target(name, port string) string {
	return "dns://" + s.Address() + "/" + name + ":" + port
}

// Set gives a name its IPv4 addresses, in place of those that it had. A name is fully
// qualified: it ends with a dot.
func (s *Server) Set(name string, addresses ...netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[strings.ToLower(name)] = slices.Clone(addresses)
}

// Add gives a name one more address.
func (s *Server) Add(name string, address netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[strings.ToLower(name)] = append(s.names[strings.ToLower(name)], address)
}

// Remove takes an address from a name.
func (s *Server) Remove(name string, address netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[strings.ToLower(name)] = slices.DeleteFunc(s.names[strings.ToLower(name)], func(a netip.Addr) bool { return a == address })
}

// of is what a name has, in another order each time; known says whether it is a name.
func (s *Server) of(name string) (addresses []netip.Addr, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, known := s.names[strings.ToLower(name)]
	all = slices.Clone(all)
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, known
}

func (s *Server) serve() {
	message := make([]byte, maxMessage)
	for {
		n, from, err := s.conn.ReadFrom(message)
		if err != nil {
			return
		}
		if reply, err := s.answer(message[:n]); err == nil {
			_, _ = s.conn.WriteTo(reply, from) // whoever asked asks again
		}
	}
}

// answer answers a message that asks one question.
func (s *Server) answer(message []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(message)
	if err != nil {
		return nil, err
	}
	question, err := parser.Question()
	if err != nil {
		return nil, err
	}
	addresses, known := s.of(question.Name.String())
	header.Response, header.Authoritative = true, true
	if !known {
		header.RCode = dnsmessage.RCodeNameError
	}
	reply := dnsmessage.Message{Header: header, Questions: []dnsmessage.Question{question}}
	if question.Type == dnsmessage.TypeA {
		for _, address := range addresses {
			reply.Answers = append(reply.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET},
				Body:   &dnsmessage.AResource{A: address.As4()},
			})
		}
	}
	return reply.Pack()
}
