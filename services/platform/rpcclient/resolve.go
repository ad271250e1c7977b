package rpcclient

import (
	"sync"
	"time"

	"google.golang.org/grpc/resolver/dns"
)

// resolveInterval is how soon after one look-up of a name the next may follow, when
// a server has gone away. gRPC's own 30 seconds are longer than it takes to replace
// every pod behind a name, and none would be known then.
const resolveInterval = 2 * time.Second

// resolveSoon sets the interval, which gRPC has for the whole process.
var resolveSoon = sync.OnceFunc(func() { dns.SetMinResolutionInterval(resolveInterval) })
