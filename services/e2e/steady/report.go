package steady

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// kinds is how many different failures of a lane are told.
	kinds = 5
	// instance is where an error of REST begins to be about one call alone.
	instance = `,"instance":`
)

// Report says what the callers noticed.
type Report struct {
	// Took is how long the load ran.
	Took time.Duration
	// Lanes are the kinds of calls.
	Lanes []Lane
	// Acknowledged is how many writes were.
	Acknowledged int
	// Lost are those of them that could not be read in the end.
	Lost []string
	// Watched is how many changes came through the watch, which was begun anew Resumed
	// times; Missed are the acknowledged writes of statements that did not come.
	Watched, Resumed int
	Missed           []string
}

// Lane is what became of the calls of one kind.
type Lane struct {
	// Name is one of the constants of this package.
	Name string
	// Calls is how many were made, Failed how many of them failed.
	Calls, Failed int
	// Median, High (of 99 in 100) and Slowest are latencies of those that did not fail.
	Median, High, Slowest time.Duration
	// Gap is the longest time without an answer that was good.
	Gap time.Duration
	// Failures say when, counted from the start, and why: the first of each kind.
	Failures []string
	// By is how many calls each server has answered, by its address; gRPC only.
	By map[string]int
}

// Failed is how many calls failed in all.
func (r *Report) Failed() (n int) {
	for _, l := range r.Lanes {
		n += l.Failed
	}
	return n
}

// Calls is how many calls were made in all.
func (r *Report) Calls() (n int) {
	for _, l := range r.Lanes {
		n += l.Calls
	}
	return n
}

// Lane is the lane of a name, without any calls if there is none.
func (r *Report) Lane(name string) Lane {
	i := slices.IndexFunc(r.Lanes, func(l Lane) bool { return l.Name == name })
	if i < 0 {
		return Lane{Name: name}
	}
	return r.Lanes[i]
}

// Write prints the report for people.
func (r *Report) Write(w io.Writer) {
	fmt.Fprintf(w, "%d calls in %v, %d failed; %d writes acknowledged, %d lost; %d changes watched, resumed %d times, %d missed\n",
		r.Calls(), r.Took.Round(time.Second), r.Failed(), r.Acknowledged, len(r.Lost), r.Watched, r.Resumed, len(r.Missed))
	for _, l := range r.Lanes {
		fmt.Fprintf(w, "  %-28s %6d calls %4d failed  median %7v  99 %% %7v  slowest %7v  longest gap %7v", l.Name, l.Calls, l.Failed,
			rounded(l.Median), rounded(l.High), rounded(l.Slowest), rounded(l.Gap))
		if len(l.By) > 0 {
			fmt.Fprintf(w, "  by %d servers", len(l.By))
		}
		fmt.Fprintln(w)
		for _, failure := range l.Failures {
			fmt.Fprintf(w, "      %s\n", strings.ReplaceAll(failure, "\n", " "))
		}
	}
}

func rounded(d time.Duration) time.Duration {
	return d.Round(100 * time.Microsecond)
}

// tally counts the calls of one lane.
type tally struct {
	mu    sync.Mutex
	lane  Lane
	took  []time.Duration
	begun time.Time
	good  time.Time // when an answer last was
	kinds map[string]bool
}

func newTally(name string, begun time.Time) *tally {
	return &tally{lane: Lane{Name: name, By: map[string]int{}}, begun: begun, good: begun, kinds: map[string]bool{}}
}

// add counts a call that was due at a time and has just ended.
func (t *tally) add(due time.Time, by string, err error) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lane.Calls++
	if by != "" {
		t.lane.By[by]++
	}
	if err == nil {
		t.took = append(t.took, now.Sub(due))
		t.lane.Gap = max(t.lane.Gap, now.Sub(t.good))
		t.good = now
		return
	}
	t.lane.Failed++
	kind, _, _ := strings.Cut(err.Error(), instance)
	if len(t.kinds) < kinds && !t.kinds[kind] {
		t.kinds[kind] = true
		t.lane.Failures = append(t.lane.Failures, fmt.Sprintf("after %v: %v", rounded(now.Sub(t.begun)), kind))
	}
}

// end answers the lane, once all calls have ended.
func (t *tally) end() Lane {
	t.lane.Gap = max(t.lane.Gap, time.Since(t.good))
	slices.SortFunc(t.took, cmp.Compare)
	if n := len(t.took); n > 0 {
		t.lane.Median, t.lane.High, t.lane.Slowest = t.took[n/2], t.took[n*99/100], t.took[n-1]
	}
	return t.lane
}
