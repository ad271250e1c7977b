package api

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// tokenService is the service that resume tokens are of.
const tokenService = "onrecord.metrics.v1"

// changeFeed answers ChangeService.
type changeFeed struct {
	metricsv1.UnimplementedChangeServiceServer
	core
	options changefeed.Options
}

// Watch sends the changes of the record.
func (c *changeFeed) Watch(req *metricsv1.WatchRequest, stream grpc.ServerStreamingServer[metricsv1.WatchResponse]) error {
	ctx := stream.Context()
	tell := publicChange
	if auth.SeesRestricted(ctx) {
		tell = changeToProto
	}
	eventToProto := func(event changefeed.Event[store.Change]) *metricsv1.WatchResponse { return eventToProto(event, tell) }
	return changefeed.Serve(ctx, changefeed.Feed[store.Change]{
		Service: tokenService, Source: c.store, Read: c.changes,
		Place:   func(change store.Change) changefeed.Place { return change.Place },
		Options: c.options, Draining: rpcserver.Draining(ctx),
	}, req, eventToProto, stream.Send)
}

// changes reads a page of changes.
func (c *changeFeed) changes(ctx context.Context, after changefeed.Place, upTo recordtime.Time, limit int) (page []store.Change, err error) {
	err = c.read(ctx, func(r store.Reader) (err error) {
		page, err = r.Changes(store.Changes{After: after, UpTo: upTo, Limit: limit})
		return err
	})
	return page, err
}

func eventToProto(event changefeed.Event[store.Change], tell func(store.Change) *metricsv1.Change) *metricsv1.WatchResponse {
	out := &metricsv1.WatchResponse{ResumeToken: event.Token}
	if event.Change == nil {
		out.SettledTime = timestamppb.New(event.Settled.Time())
		return out
	}
	out.Change = tell(*event.Change)
	return out
}

// publicChange is a change as readers are told it: of what they can read no longer no more than that.
func publicChange(change store.Change) *metricsv1.Change {
	out := changeToProto(change)
	if out.GetType() == metricsv1.Change_RESTRICTED {
		out.Resource = nil
	}
	return out
}

func changeToProto(change store.Change) *metricsv1.Change {
	out := &metricsv1.Change{RecordTime: timeToProto(change.Place.Time), Caller: change.Caller}
	switch {
	case change.Metric != nil:
		out.Name, out.Type = change.Metric.Name(), changeType(change.Metric.Meta)
		out.Resource = &metricsv1.Change_Metric{Metric: metricToProto(*change.Metric)}
	case change.Figure != nil:
		out.Name, out.Type = change.Figure.Name(), changeType(change.Figure.Meta)
		out.Resource = &metricsv1.Change_Figure{Figure: figureToProto(*change.Figure)}
		out.WordsErased = change.Figure.Note.Tag == domain.TagErase
		if out.Restricted = change.Figure.Restricted; change.Figure.Withdrawn {
			out.Type = metricsv1.Change_RESTRICTED
		}
	case change.Correction != nil:
		out.Name, out.Type = change.Correction.Name(), metricsv1.Change_CREATED
		out.Resource = &metricsv1.Change_Correction{Correction: correctionProto(*change.Correction)}
		out.Restricted = change.Correction.Restricted
	case change.Erased != "":
		out.Name, out.Type = domain.DocumentName.Format(change.Erased), metricsv1.Change_ERASED
		out.WordsErased, out.Restricted = true, true
	}
	return out
}

// changeType says what a revision did to its resource.
func changeType(meta domain.Meta) metricsv1.Change_Type {
	switch {
	case meta.Retracted():
		return metricsv1.Change_RETRACTED
	case meta.Revision == 1:
		return metricsv1.Change_CREATED
	default:
		return metricsv1.Change_UPDATED
	}
}
