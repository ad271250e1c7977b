// Command caller is who calls onrecord from a pod of its own, for the tests of
// package kube, which run it there by `kubectl exec`:
//
//	caller idle                    waits until it is ended: the pod's own command
//	caller dial ADDRESS...         says of each address whether it takes a connection
//	caller load [flags]            calls at a rate until it reads a line, then prints a report as JSON
//
// With -secure FOLDER it speaks TLS to servers that the folder's ca.crt vouches for,
// and shows the folder's token.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc/credentials"

	"github.com/onrecord/onrecord/services/e2e/steady"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
)

// dialTimeout is after how long without an answer a policy is taken to have dropped
// the connection.
const dialTimeout = 3 * time.Second

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	release()
	if err != nil {
		fmt.Fprintln(os.Stderr, "caller:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say what to do: idle, dial or load")
	}
	switch what, args := args[0], args[1:]; what {
	case "idle":
		<-ctx.Done()
		return nil
	case "dial":
		for _, address := range args {
			fmt.Println(address, dial(ctx, address))
		}
		return nil
	case "load":
		return load(ctx, args)
	default:
		return fmt.Errorf("there is no %q: idle, dial and load can be done", what)
	}
}

// dial says in one word what becomes of a connection.
func dial(ctx context.Context, address string) string {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err == nil {
		_ = conn.Close() // it was opened to see that it opens
		return "open"
	}
	if failed := net.Error(nil); errors.As(err, &failed) && failed.Timeout() {
		return "dropped"
	}
	return strings.ReplaceAll(err.Error(), " ", "_")
}

// load calls until a line is read or standard input ends.
func load(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	rest := flags.String("rest", "", "the base URL of the gateway")
	statements := flags.String("statements", "", "gRPC target of statements")
	metrics := flags.String("metrics", "", "gRPC target of metrics")
	secure := flags.String("secure", "", "a folder with ca.crt and token")
	reads := flags.Float64("reads", 1, "reads a second of each kind")
	writes := flags.Float64("writes", 1, "writes a second of each kind")
	if err := flags.Parse(args); err != nil {
		return err
	}
	target := steady.Target{REST: *rest}
	var options rpcclient.Options
	if *secure != "" {
		if err := secured(*secure, &target, &options); err != nil {
			return err
		}
	}
	var err error
	if target.Statements, err = rpcclient.Dial(*statements, options); err != nil {
		return err
	}
	defer target.Statements.Close()
	if target.Metrics, err = rpcclient.Dial(*metrics, options); err != nil {
		return err
	}
	defer target.Metrics.Close()
	running, err := steady.Start(ctx, target, *reads, *writes)
	if err != nil {
		return err
	}
	fmt.Println("begun")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(running.Stop(ctx))
}

// secured reads the files of a folder.
func secured(folder string, target *steady.Target, options *rpcclient.Options) error {
	authority, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		return err
	}
	token, err := os.ReadFile(filepath.Join(folder, "token"))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return errors.New("ca.crt has no certificate")
	}
	target.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	target.Key = strings.TrimSpace(string(token))
	options.Credentials, options.Key = credentials.NewTLS(target.TLS.Clone()), target.Key
	return nil
}
