package memory_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/gateway/internal/memory"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// What was begun before something was erased may hold it, so it is not kept.
func TestWhatWasBegunBeforeAnErasureIsNotKept(t *testing.T) {
	m := memory.New[string](1000, 100, func() bool { return true })
	_, age := m.Find("a")
	m.Forget()
	m.Keep("a", "erased", 10, age)
	found, age := m.Find("a")
	must.Equal(t, found, "")
	m.Keep("a", "as it stands", 10, age)
	found, _ = m.Find("a")
	must.Equal(t, found, "as it stands")
}

// While erasures are not heard of there is nothing, and what was there is gone after.
func TestNothingIsKnownWhileErasuresAreNotHeardOf(t *testing.T) {
	live := true
	m := memory.New[string](1000, 100, func() bool { return live })
	_, age := m.Find("a")
	m.Keep("a", "kept", 10, age)
	live = false
	m.Keep("b", "not kept", 10, age)
	must.True(t, !m.Live(), "it is used while erasures are not heard of")
	live = true
	for _, key := range []string{"a", "b"} {
		found, _ := m.Find(key)
		must.Equal(t, found, "")
	}
}

// What was asked for least recently gives way, and what is too large is not kept.
func TestTheLeastRecentlyAskedForGivesWay(t *testing.T) {
	m := memory.New[string](100, 50, func() bool { return true })
	for _, key := range []string{"a", "b"} {
		m.Keep(key, key, 50, 0)
	}
	m.Find("a")
	m.Keep("c", "c", 50, 0)
	m.Keep("d", "too large", 51, 0)
	for key, want := range map[string]string{"a": "a", "b": "", "c": "c", "d": ""} {
		found, _ := m.Find(key)
		must.Equal(t, found, want)
	}
}
