package rest

import (
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/changes"
)

const (
	// maxFrames is how many changes are kept as they are sent, maxFrameBytes how large they
	// may be together.
	maxFrames     = 1024
	maxFrameBytes = 8 << 20
)

// frame is a change as every watcher is sent it, but for the token, which is each one's own.
type frame struct {
	kind string
	// open is the answer as JSON without its last brace.
	open []byte
	size int
}

// frames are the newest changes as they are sent: thousands of watchers hear of each within
// moments, and it is encoded once. The key is what it says, so that nobody is sent what was
// meant for another.
type frames struct {
	mu    sync.RWMutex
	found map[string]*frame
	order []string
	bytes int
}

// of returns the frame of a change, given by the wire bytes of an answer without its token.
func (f *frames) of(change []byte) (*frame, error) {
	f.mu.RLock()
	known := f.found[string(change)]
	f.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	answer := &gatewayv1.WatchResponse{}
	if err := proto.Unmarshal(change, answer); err != nil {
		return nil, err
	}
	text, err := toJSON(nil, answer, nil)
	if err != nil {
		return nil, err
	}
	made := &frame{kind: changes.TypeOf(answer), open: text[:len(text)-1], size: len(text) + 2*len(change)}
	f.keep(string(change), made)
	return made, nil
}

func (f *frames) keep(key string, made *frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found[key] != nil || made.size > maxFrameBytes {
		return // another watcher was first, or it is too large
	}
	if f.found == nil {
		f.found = make(map[string]*frame)
	}
	f.found[key], f.order, f.bytes = made, append(f.order, key), f.bytes+made.size
	for len(f.order) > maxFrames || f.bytes > maxFrameBytes {
		oldest := f.order[0]
		f.bytes -= f.found[oldest].size
		delete(f.found, oldest)
		f.order[0], f.order = "", f.order[1:]
	}
}

// event is what one watcher is sent.
type event struct {
	kind, token string
	data        []byte
}

// eventOf writes an answer, parsed or not.
func (f *frames) eventOf(answer *gatewayv1.WatchResponse) (event, error) {
	wire, err := wireOf(answer)
	if err != nil {
		return event{}, err
	}
	change, token, ok := withoutToken(wire)
	if !ok {
		return plainEvent(wire)
	}
	made, err := f.of(change)
	if err != nil {
		return event{}, err
	}
	data := make([]byte, 0, len(made.open)+len(token)+len(`,"resumeToken":""}`))
	data = append(append(data, made.open...), `,"resumeToken":"`...)
	return event{made.kind, token, append(append(data, token...), `"}`...)}, nil
}

// plainEvent writes an answer that nobody else is sent.
func plainEvent(wire []byte) (event, error) {
	answer := &gatewayv1.WatchResponse{}
	if err := proto.Unmarshal(wire, answer); err != nil {
		return event{}, err
	}
	data, err := toJSON(nil, answer, nil)
	return event{changes.TypeOf(answer), answer.GetResumeToken(), data}, err
}

// withoutToken takes the wire bytes of an answer apart. ok is false of one without a change,
// or with a token that JSON would escape.
func withoutToken(wire []byte) (change []byte, token string, ok bool) {
	const statements, metrics, resumeToken = 1, 2, 3
	number, kind, n := protowire.ConsumeTag(wire)
	if n < 0 || kind != protowire.BytesType || number != statements && number != metrics {
		return nil, "", false
	}
	length := protowire.ConsumeFieldValue(number, kind, wire[n:])
	if length < 0 {
		return nil, "", false
	}
	change = wire[:n+length]
	rest := wire[n+length:]
	number, kind, n = protowire.ConsumeTag(rest)
	if n < 0 || number != resumeToken || kind != protowire.BytesType {
		return nil, "", false
	}
	text, length := protowire.ConsumeBytes(rest[n:])
	if length < 0 || len(rest) != n+length {
		return nil, "", false
	}
	for _, c := range text {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return nil, "", false
		}
	}
	return change, string(text), true
}
