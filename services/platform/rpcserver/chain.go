package rpcserver

import (
	"sync"

	"google.golang.org/grpc"

	"github.com/onrecord/onrecord/services/platform/internal/methods"
)

// The order in which every call passes, outermost first. It stands here and
// nowhere else; unary calls and streams follow the same one.
//
//	telemetry  counts everything, refused calls too; the trace of a call
//	identity   who calls, by which credential, under which request id: the log
//	           needs both
//	log        one line per call, after the answer is known
//	recover    a panic becomes INTERNAL and is logged with its stack
//	errors     any error becomes a status with details (errs.ToStatus)
//	access     what the caller may not do is refused; the audit record
//	settled    the header onrecord-settled-time, on errors too
//	draining   when to end (streams only; a unary call ends by itself)
//	size       an answer that is too large to be sent is refused (unary calls only)
//	decode     a request that could not be decoded is refused
//	timeout    the deadline (unary calls only; streams may be endless)
//	validate   fields that nobody here knows, the rules in the protos, texts
//	state      a read whose caller has the answer is not made (unary calls only)
//	handler

func unaryChain(o Options) []grpc.UnaryServerInterceptor {
	var chain []grpc.UnaryServerInterceptor
	if o.Telemetry != nil {
		chain = append(chain, o.Telemetry.UnaryServer())
	}
	return append(chain,
		identityUnary(o.Guard),
		logUnary(o.Log),
		recoverUnary(),
		errorsUnary(),
		accessUnary(o.Guard, o.Log),
		settledUnary(o.Settled),
		sizeUnary(),
		decodeUnary(),
		timeoutUnary(o.Timeout),
		validateUnary(o.Validator),
		stateUnary(),
	)
}

func streamChain(o Options, known func(fullMethod string) bool) []grpc.StreamServerInterceptor {
	var chain []grpc.StreamServerInterceptor
	if o.Telemetry != nil {
		chain = append(chain, o.Telemetry.StreamServer(known))
	}
	return append(chain,
		identityStream(o.Guard),
		logStream(o.Log),
		recoverStream(),
		errorsStream(),
		accessStream(o.Guard, o.Log),
		settledStream(o.Settled),
		drainingStream(o.Draining),
		decodeStream(),
		validateStream(o.Validator),
	)
}

// methodSet is the set of methods that a server has, read when the first
// stream comes: by then registration has ended.
type methodSet struct {
	server *grpc.Server
	once   sync.Once
	names  map[string]struct{}
}

func (s *methodSet) has(fullMethod string) bool {
	s.once.Do(func() {
		s.names = make(map[string]struct{})
		for service, info := range s.server.GetServiceInfo() {
			for _, method := range info.Methods {
				s.names[service+"/"+method.Name] = struct{}{}
			}
		}
	})
	service, method := methods.Split(fullMethod)
	_, ok := s.names[service+"/"+method]
	return ok
}
