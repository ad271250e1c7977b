// Package heapfloor makes programs with small heaps collect garbage less often.
//
// Go collects when the heap has doubled. Most of the time a service keeps little
// alive, a few megabytes, so that a handful of large answers doubles it, and a
// quarter of the CPU of reads went into the collector. A block of memory that
// nobody touches, and so takes no room, raises the point of doubling by a fixed
// amount; unlike a higher GOGC it costs a large heap nothing.
//
// Only what is about the pace of the collector may go here.
package heapfloor

import (
	"os"
	"sync"
)

// Size is how large the heap counts at least, in bytes: as much garbage may be
// there before it is collected. Telemetry shows the heap larger by it.
const Size = 64 << 20

// floor keeps the block.
var floor = sync.OnceValue(func() []byte {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	return make([]byte, Size)
})

// Raise raises the floor for the rest of the process, unless the operator has
// set GOGC and so chosen a pace. It may be called again, to no effect.
func Raise() { floor() }
