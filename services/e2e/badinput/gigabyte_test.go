package badinput_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	gigabyte = 1 << 30
	// spare is how much more memory the server may have after a gigabyte was sent to it:
	// what else it does at that time takes some.
	spare = 256 << 20
)

// TestAGigabyteIsNotRead: however it is sent, the server refuses it long before it is
// through, holds none of it, and goes on to serve others.
func TestAGigabyteIsNotRead(t *testing.T) {
	before := resident(t)
	t.Run("as the body of a request", func(t *testing.T) {
		request := io.MultiReader(strings.NewReader(postEntity+"Transfer-Encoding: chunked\r\n\r\n"), chunks(gigabyte))
		code, _, _ := sendRaw(t, request)
		must.Equal(t, code, http.StatusRequestEntityTooLarge)
	})
	t.Run("as one message that says so", func(t *testing.T) {
		must.Equal(t, statusOfMessage(t, gigabyte), strconv.Itoa(int(codes.ResourceExhausted)))
	})
	t.Run("as many messages of a call that takes one", func(t *testing.T) {
		stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, statementsv1.EntityService_GetEntity_FullMethodName, grpc.ForceCodecV2(raw{}))
		must.OK(t, err)
		message := bytes.Repeat([]byte("\x0a\x01x"), 1<<20)
		sent := 0
		for err == nil && sent < gigabyte {
			err = stream.SendMsg(&message)
			sent += len(message)
		}
		must.ErrorIs(t, err, io.EOF) // the call has ended
		must.True(t, sent < gigabyte)
	})
	after := resident(t)
	must.True(t, after < before+spare, "the server had %d MiB and has %d MiB", before>>20, after>>20)
	alive(t)
}

// statusOfMessage begins a call with a message of a size and answers its status. It sends
// no more of the message than the server lets it.
func statusOfMessage(t *testing.T, size uint32) (status string) {
	t.Helper()
	dialed := must.Get((&net.Dialer{}).DialContext(t.Context(), "tcp", grpcAddress))(t)
	defer dialed.Close()
	must.Get(io.WriteString(dialed, http2.ClientPreface))(t)
	framer := http2.NewFramer(dialed, dialed)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	must.OK(t, framer.WriteSettings())
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", statementsv1.EntityService_GetEntity_FullMethodName}, {":authority", "x"},
		{"content-type", "application/grpc"}, {"te", "trailers"},
	} {
		must.OK(t, encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}))
	}
	must.OK(t, framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true}))
	must.OK(t, framer.WriteData(1, false, binary.BigEndian.AppendUint32([]byte{0}, size)))
	must.OK(t, framer.WriteData(1, false, make([]byte, 16<<10)))
	for {
		frame := must.Get(framer.ReadFrame())(t)
		if headers, ok := frame.(*http2.MetaHeadersFrame); ok && headers.StreamEnded() {
			for _, field := range headers.RegularFields() {
				if field.Name == "grpc-status" {
					return field.Value
				}
			}
			t.Fatalf("the call ended without a status: %v", headers)
		}
	}
}

var residentBytes = regexp.MustCompile(`(?m)^process_resident_memory_bytes (\S+)$`)

// resident is the memory of the server, in bytes.
func resident(t *testing.T) int {
	t.Helper()
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, stack.URL(admin)+"/metrics", nil))(t)
	answer, err := http.DefaultClient.Do(request)
	must.OK(t, err)
	defer answer.Body.Close()
	found := residentBytes.FindSubmatch(must.Get(io.ReadAll(answer.Body))(t))
	must.True(t, found != nil, "telemetry does not say how much memory the server has")
	return int(must.Get(strconv.ParseFloat(string(found[1]), 64))(t))
}
