package recordtime_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// fakeNow is a wall clock that stands where it is put.
type fakeNow struct{ micros atomic.Int64 }

func (f *fakeNow) now() time.Time { return time.UnixMicro(f.micros.Load()) }

func newClock(last recordtime.Time, micros int64) (*recordtime.Clock, *fakeNow) {
	f := &fakeNow{}
	f.micros.Store(micros)
	return recordtime.New(last, f.now), f
}

func TestBeginFollowsTheWallClock(t *testing.T) {
	clock, wall := newClock(0, 1000)
	first, done := clock.Begin()
	must.Equal(t, first, recordtime.Time(1000))
	second, done2 := clock.Begin() // the wall clock stands still
	must.Equal(t, second, recordtime.Time(1001))
	wall.micros.Store(500) // and goes back
	third, done3 := clock.Begin()
	must.Equal(t, third, recordtime.Time(1002))
	wall.micros.Store(5000)
	fourth, done4 := clock.Begin()
	must.Equal(t, fourth, recordtime.Time(5000))
	for _, f := range []func(){done, done2, done3, done4} {
		f()
	}
}

func TestNewContinuesAfterLast(t *testing.T) {
	clock, _ := newClock(9000, 1000)
	must.Equal(t, clock.Settled(), recordtime.Time(9000))
	next, done := clock.Begin()
	defer done()
	must.Equal(t, next, recordtime.Time(9001))
}

func TestSettledStaysBelowOpenTransactions(t *testing.T) {
	clock, wall := newClock(0, 1000)
	first, doneFirst := clock.Begin()
	wall.micros.Store(2000)
	second, doneSecond := clock.Begin()
	must.Equal(t, clock.Settled(), first-1)
	doneSecond() // out of sequence: the first one can still commit
	must.Equal(t, clock.Settled(), first-1)
	doneFirst()
	wall.micros.Store(3000)
	must.Equal(t, clock.Settled(), recordtime.Time(3000))
	must.True(t, second < 3000)
}

func TestNothingBeginsAtASettledTime(t *testing.T) {
	clock, wall := newClock(0, 1000)
	must.Equal(t, clock.Settled(), recordtime.Time(1000))
	next, done := clock.Begin()
	defer done()
	must.Equal(t, next, recordtime.Time(1001))
	wall.micros.Store(10)
	must.Equal(t, clock.Settled(), recordtime.Time(1000))
}

func TestDoneTwiceDoesNothing(t *testing.T) {
	clock, _ := newClock(0, 1000)
	_, done := clock.Begin()
	done()
	second, doneSecond := clock.Begin()
	done()
	must.Equal(t, clock.Settled(), second-1)
	doneSecond()
	must.Equal(t, clock.Settled(), second)
}

func TestPropertyPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.Int64Range(0, 100).Draw(t, "now")
		last := recordtime.Time(rapid.Int64Range(0, 100).Draw(t, "last"))
		clock, wall := newClock(last, start)
		settled := last
		var open []recordtime.Time
		var dones []func()
		t.Repeat(map[string]func(*rapid.T){
			"wall clock": func(t *rapid.T) { wall.micros.Store(rapid.Int64Range(0, 200).Draw(t, "now")) },
			"begin": func(t *rapid.T) {
				next, done := clock.Begin()
				must.True(t, next > last, "Begin gave %d after %d", next, last)
				must.True(t, next > settled, "Begin gave %d, settled was %d", next, settled)
				last, open, dones = next, append(open, next), append(dones, done)
			},
			"done": func(t *rapid.T) {
				if len(open) == 0 {
					return
				}
				i := rapid.IntRange(0, len(open)-1).Draw(t, "which")
				dones[i]()
				open, dones = append(open[:i:i], open[i+1:]...), append(dones[:i:i], dones[i+1:]...)
			},
			"settled": func(t *rapid.T) {
				now := clock.Settled()
				must.True(t, now >= settled, "settled went from %d to %d", settled, now)
				for _, each := range open {
					must.True(t, now < each, "settled %d, but %d is open", now, each)
				}
				settled = now
				last = max(last, now)
			},
		})
	})
}

func TestConcurrentUse(t *testing.T) {
	const writers, writes = 8, 200
	clock, wall := newClock(0, 1000)
	committed := make([]atomic.Bool, 1<<20)
	var group sync.WaitGroup
	var mu sync.Mutex
	seen := make(map[recordtime.Time]bool)
	for range writers {
		group.Go(func() {
			for i := range writes {
				wall.micros.Add(int64(i%3 - 1)) // forwards, backwards, standing
				at, done := clock.Begin()
				mu.Lock()
				if seen[at] {
					t.Errorf("%d was given out twice", at)
				}
				seen[at] = true
				mu.Unlock()
				committed[at].Store(true)
				done()
			}
		})
	}
	group.Go(func() {
		for range writes {
			settled := clock.Settled()
			before := 0
			for at := range settled + 1 {
				if committed[at].Load() {
					before++
				}
			}
			after := 0
			for at := range settled + 1 {
				if committed[at].Load() {
					after++
				}
			}
			if before != after {
				t.Errorf("something committed at or before the settled time %d", settled)
			}
		}
	})
	group.Wait()
	must.Equal(t, len(seen), writers*writes)
}

func TestTime(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8_009_999, time.FixedZone("", 3600))
	must.Equal(t, recordtime.FromTime(at).String(), "2026-03-04T04:06:07.008009Z")
	must.Equal(t, recordtime.FromTime(at).Time(), time.Date(2026, 3, 4, 4, 6, 7, 8_009_000, time.UTC))
	must.Equal(t, recordtime.FromTime(time.Unix(-1, 999_999_500)).String(), "1969-12-31T23:59:59.999999Z")
	must.Equal(t, recordtime.Forever.String(), "forever")
	must.True(t, recordtime.FromTime(at) < recordtime.Forever)
}

func TestWrittenStaysUntilSomebodyWrites(t *testing.T) {
	clock, wall := newClock(500, 1000)
	must.Equal(t, clock.Present(), recordtime.Present{Written: 500, Settled: 1000})
	wall.micros.Store(2000)
	first, done := clock.Begin()
	must.Equal(t, clock.Present(), recordtime.Present{Written: first - 1, Settled: first - 1}) // below the open transaction
	done()
	wall.micros.Store(3000)
	must.Equal(t, clock.Present(), recordtime.Present{Written: first, Settled: 3000})
	wall.micros.Store(4000)
	must.Equal(t, clock.Present(), recordtime.Present{Written: first, Settled: 4000})
}
