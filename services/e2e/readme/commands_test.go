package readme_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/itchyny/gojq"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	"mvdan.cc/sh/v3/interp"

	_ "github.com/onrecord/onrecord/gen/onrecord/gateway/v1" // registers all descriptors
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
)

// onrecord runs the built program.
func onrecord(path, variable string) command {
	return func(ctx context.Context, args []string) error {
		std := interp.HandlerCtx(ctx)
		cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // ours
		cmd.Env = []string{variable}
		cmd.Stdout, cmd.Stderr = std.Stdout, std.Stderr
		return cmd.Run()
	}
}

// curl gets a URL. It knows the options that the README uses.
func curl(ctx context.Context, args []string) error {
	target := ""
	for _, arg := range args {
		switch {
		case arg == "-s", arg == "-sg": // -g: brackets are themselves, as they are to net/http
		case strings.HasPrefix(arg, "-"), target != "":
			return fmt.Errorf("curl: this one takes no %s", arg)
		default:
			target = "http://" + strings.TrimPrefix(arg, "http://")
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(interp.HandlerCtx(ctx).Stdout, answer.Body)
	return err
}

// jq filters JSON.
func jq(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("jq", flag.ContinueOnError)
	raw, _ := flags.Bool("r", false, ""), flags.Bool("c", false, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	filter, err := gojq.Parse(flags.Arg(0))
	if err != nil {
		return err
	}
	std := interp.HandlerCtx(ctx)
	for decoder := json.NewDecoder(std.Stdin); ; {
		var input any
		if err := decoder.Decode(&input); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for results := filter.RunWithContext(ctx, input); ; {
			result, more := results.Next()
			if !more {
				break
			}
			if err := printResult(std.Stdout, result, *raw); err != nil {
				return err
			}
		}
	}
}

func printResult(w io.Writer, result any, raw bool) error {
	if err, failed := result.(error); failed {
		return err
	}
	if text, ok := result.(string); ok && raw {
		_, err := fmt.Fprintln(w, text)
		return err
	}
	text, err := gojq.Marshal(result)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// grpcurl lists the services of a server, or calls a method.
func grpcurl(t *testing.T, running *stack.AllInOne) command {
	conn := client.Dial(t, running.GRPC)
	return func(ctx context.Context, args []string) error {
		flags := flag.NewFlagSet("grpcurl", flag.ContinueOnError)
		data := flags.String("d", "{}", "")
		flags.Bool("plaintext", false, "")
		limit := flags.Float64("max-time", 10, "") // seconds
		if err := flags.Parse(args); err != nil {
			return err
		}
		if flags.NArg() != 2 || flags.Arg(0) != running.GRPC {
			return fmt.Errorf("grpcurl: this one calls a method of %s, not %v", grpcAddress, flags.Args())
		}
		out := interp.HandlerCtx(ctx).Stdout
		if flags.Arg(1) == "list" {
			return listServices(ctx, grpc_reflection_v1.NewServerReflectionClient(conn), out)
		}
		method, err := findMethod(flags.Arg(1))
		if err != nil {
			return err
		}
		request := dynamicpb.NewMessage(method.Input())
		if err := protojson.Unmarshal([]byte(*data), request); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Duration(*limit*float64(time.Second)))
		defer cancel()
		return call(ctx, conn, method, request, out)
	}
}

// call calls a method and prints its answer, or its answers if it streams.
func call(ctx context.Context, conn *grpc.ClientConn, method protoreflect.MethodDescriptor, request proto.Message, out io.Writer) error {
	path := fmt.Sprintf("/%s/%s", method.Parent().FullName(), method.Name())
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: method.IsStreamingServer()}, path)
	if err != nil {
		return err
	}
	if err := errors.Join(stream.SendMsg(request), stream.CloseSend()); err != nil {
		return err
	}
	for {
		answer := dynamicpb.NewMessage(method.Output())
		if err := stream.RecvMsg(answer); errors.Is(err, io.EOF) || status.Code(err) == codes.DeadlineExceeded {
			return nil // -max-time ends a stream
		} else if err != nil {
			return err
		}
		text, err := protojson.Marshal(answer)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", text); err != nil {
			return err
		}
		if !method.IsStreamingServer() {
			return nil
		}
	}
}

func findMethod(name string) (protoreflect.MethodDescriptor, error) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(strings.ReplaceAll(name, "/", ".")))
	if err != nil {
		return nil, fmt.Errorf("grpcurl: %s: %w", name, err)
	}
	method, ok := found.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, fmt.Errorf("grpcurl: %s is no method", name)
	}
	return method, nil
}

func listServices(ctx context.Context, reflection grpc_reflection_v1.ServerReflectionClient, w io.Writer) error {
	stream, err := reflection.ServerReflectionInfo(ctx)
	if err != nil {
		return err
	}
	err = stream.Send(&grpc_reflection_v1.ServerReflectionRequest{
		MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{},
	})
	if err != nil {
		return err
	}
	answer, err := stream.Recv()
	if err != nil {
		return err
	}
	for _, service := range answer.GetListServicesResponse().GetService() {
		if _, err := fmt.Fprintln(w, service.GetName()); err != nil {
			return err
		}
	}
	return stream.CloseSend()
}
