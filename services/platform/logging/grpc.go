package logging

import (
	"os"
	"sync/atomic"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zapgrpc"
	"google.golang.org/grpc/grpclog"
)

// ForGRPC makes log the one of grpc and grpc-gateway too. They have one for the
// whole process, so only what puts a program together may call it.
//
// Their errors become warnings, since a request can bring them about and the program
// says itself what failed. All else that they say is for debugging.
func ForGRPC(log *zap.Logger) {
	core := log.Core()
	ofGRPC.Store(&core)
}

// ofGRPC is where the lines of grpc go. It is told once where its lines go, before
// anything uses it, as it asks for: changing that later would be a race.
var ofGRPC atomic.Pointer[zapcore.Core]

func init() {
	// For programs that have no log, such as a client.
	ForGRPC(zap.New(zapcore.NewCore(consoleEncoder(), zapcore.Lock(os.Stderr), zap.WarnLevel)))
	lines := zap.New(grpcCore{}, zap.WithClock(utcClock{zapcore.DefaultClock})).Named("grpc")
	grpclog.SetLoggerV2(grpcLog{zapgrpc.NewLogger(lines)})
}

// grpcLog is a logger that is verbose while debugging.
type grpcLog struct{ *zapgrpc.Logger }

// V implements grpclog.LoggerV2.
func (grpcLog) V(int) bool { return grpcCore{}.Enabled(zap.DebugLevel) }

// grpcCore writes to ofGRPC, at the levels that ForGRPC says.
type grpcCore struct{}

func levelOfGRPC(level zapcore.Level) zapcore.Level {
	switch {
	case level < zap.ErrorLevel:
		return zap.DebugLevel
	case level == zap.ErrorLevel:
		return zap.WarnLevel
	default: // ends the process
		return level
	}
}

// Enabled implements zapcore.Core.
func (grpcCore) Enabled(level zapcore.Level) bool {
	return (*ofGRPC.Load()).Enabled(levelOfGRPC(level))
}

// With implements zapcore.Core; grpc adds no fields.
func (grpcCore) With(fields []zapcore.Field) zapcore.Core { return (*ofGRPC.Load()).With(fields) }

// Check implements zapcore.Core.
func (grpcCore) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	entry.Level = levelOfGRPC(entry.Level)
	return (*ofGRPC.Load()).Check(entry, checked)
}

// Write implements zapcore.Core.
func (grpcCore) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	return (*ofGRPC.Load()).Write(entry, fields)
}

// Sync implements zapcore.Core.
func (grpcCore) Sync() error { return (*ofGRPC.Load()).Sync() }
