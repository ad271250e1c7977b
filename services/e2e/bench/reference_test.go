package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// referenceVariable makes a test binary the server of the references.
const referenceVariable = "ONRECORD_BENCH_REFERENCE"

// constant is what the net/http reference answers: as many bytes as a small resource.
var constant = `{"name":"statements/constant","text":"The least that an answer over HTTP can cost` + strings.Repeat(".", 400) + `"}`

// reference is where the references are served.
type reference struct {
	GRPC, HTTP, Admin string
}

// serveReferences serves until standard input ends, as it does when the process
// that started this one is gone.
func serveReferences() int {
	var listeners [3]net.Listener
	for i := range listeners {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		listeners[i] = listener
	}
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	go server.Serve(listeners[0])                                                               //nolint:errcheck // it ends with the process
	go http.Serve(listeners[1], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { //nolint:errcheck,gosec // likewise
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, constant)
	}))
	admin := http.NewServeMux()
	admin.Handle("/metrics", promhttp.Handler())
	admin.HandleFunc("/debug/pprof/profile", pprof.Profile)
	go http.Serve(listeners[2], admin) //nolint:errcheck,gosec // likewise

	where := reference{listeners[0].Addr().String(), listeners[1].Addr().String(), listeners[2].Addr().String()}
	if err := json.NewEncoder(os.Stdout).Encode(where); err != nil {
		return 1
	}
	io.Copy(io.Discard, os.Stdin) //nolint:errcheck // its end is all that matters
	return 0
}

// startReferences runs this binary once more, as the server of the references.
func startReferences(t testing.TB) reference {
	t.Helper()
	cmd := exec.Command(os.Args[0]) //nolint:gosec // itself
	cmd.Env = append(os.Environ(), referenceVariable+"=1")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait()
	})
	var where reference
	if err := json.NewDecoder(bufio.NewReader(stdout)).Decode(&where); err != nil {
		t.Fatal(err)
	}
	return where
}
