package lifecycle_test

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// waiting starts a component that says that it begins.
func waiting(t *testing.T, ready <-chan struct{}) (begun <-chan struct{}, stop func(context.Context) error, served <-chan error) {
	t.Helper()
	began, stopped, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	part := lifecycle.After(ready, lifecycle.Component{
		Serve: func(context.Context) error {
			close(began)
			<-stopped
			return nil
		},
		Stop: func(context.Context) error {
			close(stopped)
			return nil
		},
	})
	go func() { ended <- part.Serve(t.Context()) }()
	return began, part.Stop, ended
}

func TestAComponentBeginsWhenItIsReady(t *testing.T) {
	ready := make(chan struct{})
	begun, stop, served := waiting(t, ready)
	close(ready)
	<-begun
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
}

func TestAComponentThatIsStoppedBeforeItIsReadyNeverBegins(t *testing.T) {
	begun, stop, served := waiting(t, make(chan struct{}))
	must.OK(t, stop(t.Context()))
	must.OK(t, <-served)
	select {
	case <-begun:
		t.Fatal("it began")
	default:
	}
}

// TestAComponentThatWasStoppedNeverBegins: also if it was ready by the time it was to.
func TestAComponentThatWasStoppedNeverBegins(t *testing.T) {
	ready := make(chan struct{})
	close(ready)
	for range 100 { // of two channels that are closed, either is taken
		part := lifecycle.After(ready, lifecycle.Component{Serve: func(context.Context) error {
			t.Fatal("it began")
			return nil
		}})
		must.OK(t, part.Stop(t.Context()))
		must.OK(t, part.Serve(t.Context()))
	}
}
