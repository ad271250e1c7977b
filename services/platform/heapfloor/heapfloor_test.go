package heapfloor_test

import (
	"runtime"
	"runtime/metrics"
	"testing"

	"github.com/onrecord/onrecord/services/platform/heapfloor"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// goal is the size of the heap at which garbage is collected next.
func goal() uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func TestRaise(t *testing.T) {
	t.Setenv("GOGC", "")
	before := goal()
	heapfloor.Raise()
	raised := goal()
	must.True(t, raised >= before+heapfloor.Size, "the goal was %d and is %d", before, raised)
	heapfloor.Raise()
	must.True(t, goal() < raised+heapfloor.Size, "a second call raised it again")
}
