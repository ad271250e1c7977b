package rpcserver

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/internal/methods"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// logCall writes the one line of a call. It never has request or response
// content; of an error that is the caller's fault only the reason, because the
// message may quote the request.
//
// Levels: a read, a health check or reflection that succeeds is debug, because
// there are very many, and so is a health check that its client ends; a write
// that succeeds is info, because the record changed. Refusals that are the
// caller's fault are info, limits and outages warn, our own faults error.
func logCall(ctx context.Context, log *zap.Logger, fullMethod string, start time.Time, err error) {
	st := status.Convert(err)
	entry := log.Check(levelOf(fullMethod, st), "call")
	if entry == nil {
		return
	}
	fields := []zap.Field{
		zap.String("method", abridge(fullMethod)),
		zap.Stringer("code", st.Code()),
		zap.Duration("duration", time.Since(start)),
		zap.String("request_id", caller.RequestID(ctx)),
		zap.String("caller", caller.ID(ctx)),
		telemetry.TraceField(ctx),
	}
	if err != nil {
		fields = append(fields, zap.String("reason", errs.Info(st).GetReason()))
	}
	if id := errs.ErrorID(st); id != "" {
		fields = append(fields, zap.String(errs.ErrorIDKey, id))
	}
	if entry.Level >= zapcore.WarnLevel {
		fields = append(fields, zap.Error(err))
	}
	var crash *panicError
	if errors.As(err, &crash) {
		fields = append(fields, zap.ByteString("stack", crash.stack))
	}
	entry.Write(fields...)
}

func levelOf(fullMethod string, st *status.Status) zapcore.Level {
	switch errs.Info(st).GetReason() {
	case "RATE_LIMITED", "TOO_MANY_STREAMS":
		return zapcore.DebugLevel // a caller could fill the log by calling too often
	case "SERVER_STOPPING":
		return zapcore.InfoLevel // an operator stops it: nothing is wrong
	}
	service, _ := methods.Split(fullMethod)
	protocol := strings.HasPrefix(service, "grpc.") // health checks and reflection
	switch st.Code() {
	case codes.OK:
		if protocol || methods.IsRead(fullMethod) {
			return zapcore.DebugLevel
		}
		return zapcore.InfoLevel
	case codes.Canceled:
		if protocol { // each connection that ends ends its watch of the health
			return zapcore.DebugLevel
		}
		return zapcore.InfoLevel
	case codes.Internal, codes.Unknown, codes.DataLoss:
		return zapcore.ErrorLevel
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted:
		return zapcore.WarnLevel
	default:
		return zapcore.InfoLevel
	}
}

func logUnary(log *zap.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		start := time.Now()
		resp, err := handler(ctx, req)
		logCall(ctx, log, info.FullMethod, start, err)
		return resp, err
	}
}

func logStream(log *zap.Logger) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		start := time.Now()
		err := handler(srv, stream)
		logCall(stream.Context(), log, info.FullMethod, start, err)
		return err
	}
}
