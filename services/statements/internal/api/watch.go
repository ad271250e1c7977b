package api

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// tokenService is the service that resume tokens are of.
const tokenService = "onrecord.statements.v1"

// changeFeed answers ChangeService.
type changeFeed struct {
	statementsv1.UnimplementedChangeServiceServer
	core
	options changefeed.Options
}

// Watch sends the changes of the record.
func (c *changeFeed) Watch(req *statementsv1.WatchRequest, stream grpc.ServerStreamingServer[statementsv1.WatchResponse]) error {
	ctx := stream.Context()
	return changefeed.Serve(ctx, changefeed.Feed[store.Change]{
		Service: tokenService, Source: c.store, Read: c.changes,
		Place: func(change store.Change) changefeed.Place { return change.Place }, Moved: c.moved,
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

// moved reports whether a place is where a version was told that was erased since, when it
// was recorded or at the end of its embargo: it is told at the time of the erasure.
func (c *changeFeed) moved(ctx context.Context, place changefeed.Place, settled recordtime.Time) (moved bool, err error) {
	if place.Kind != store.VersionChange {
		return false, nil
	}
	err = c.read(ctx, func(r store.Reader) error {
		version, found, err := r.Version(place.ID, place.Revision, settled, false)
		if err != nil || !found || !version.Erased || place.Time < version.Created {
			return err
		}
		document, found, err := r.Document(place.ID, place.Time)
		if err != nil || !found || place.Time == version.Created {
			moved = found
			return err
		}
		before, found, err := r.Document(place.ID, place.Time-1)
		// Readers do not find what is restricted.
		moved = !document.Restricted && (!found || before.Restricted)
		return err
	})
	return moved, err
}

func eventToProto(event changefeed.Event[store.Change]) *statementsv1.WatchResponse {
	out := &statementsv1.WatchResponse{ResumeToken: event.Token}
	if event.Change == nil {
		out.SettledTime = instantToProto(event.Settled, true)
		return out
	}
	out.Change = changeToProto(*event.Change)
	return out
}

func changeToProto(change store.Change) *statementsv1.Change {
	out := &statementsv1.Change{RecordTime: timeToProto(change.Place.Time), Caller: change.Caller}
	switch {
	case change.Document != nil:
		out.Name, out.Type, out.Restricted = change.Document.Name(), changeType(change.Document.Record), change.Document.Restricted
		out.Resource = &statementsv1.Change_Document{Document: documentToProto(*change.Document)}
	case change.Version != nil:
		out.Name, out.Type = change.Version.Name(), statementsv1.Change_CREATED
		out.Restricted = change.Version.IsRestricted()
		switch {
		case change.Version.Erased:
			out.Type = statementsv1.Change_ERASED
		case change.Version.Published != 0:
			out.Type = statementsv1.Change_UPDATED
		}
		out.Resource = &statementsv1.Change_DocumentVersion{DocumentVersion: versionToProto(*change.Version)}
	case change.Entity != nil:
		out.Name, out.Type = change.Entity.Name(), changeType(change.Entity.Record)
		out.Resource = &statementsv1.Change_Entity{Entity: entityToProto(*change.Entity)}
	case change.Statement != nil:
		out.Name, out.Type, out.Restricted = change.Statement.Name(), changeType(change.Statement.Record), change.Statement.Restricted
		out.Resource = &statementsv1.Change_Statement{Statement: statementToProto(*change.Statement)}
	case change.Correction != nil:
		out.Name, out.Type, out.Restricted = change.Correction.Name(), statementsv1.Change_CREATED, change.Correction.Restricted
		out.Resource = &statementsv1.Change_Correction{Correction: fullCorrection(*change.Correction)}
	case change.Review != nil:
		out.Name, out.Type, out.Restricted = change.Review.Name(), changeType(change.Review.Record), change.Review.Restricted
		out.Resource = &statementsv1.Change_Review{Review: reviewToProto(*change.Review)}
	case change.Reattribution != nil:
		out.Name, out.Type, out.Restricted = change.Reattribution.Name(), changeType(change.Reattribution.Record), change.Reattribution.Restricted
		out.Resource = &statementsv1.Change_Reattribution{Reattribution: reattributionToProto(*change.Reattribution)}
		if told := change.Reattribution; (told.Partly || told.Filter != "") && !told.Restricted {
			out.ReattributionForReaders = reattributionToProto(change.Reattribution.ForReaders())
		}
	}
	if out.GetType() == statementsv1.Change_ERASED {
		nameAlone(out)
	}
	return out
}

// nameAlone leaves of the resource in a change its name, which is the change's.
func nameAlone(change *statementsv1.Change) {
	m := change.ProtoReflect()
	which := m.WhichOneof(m.Descriptor().Oneofs().ByName("resource"))
	if which == nil {
		return
	}
	resource := m.NewField(which).Message()
	resource.Set(resource.Descriptor().Fields().ByName("name"), protoreflect.ValueOfString(change.GetName()))
	m.Set(which, protoreflect.ValueOfMessage(resource))
}

// changeType says what a revision did to its resource.
func changeType(record domain.Record) statementsv1.Change_Type {
	switch {
	case record.Erased != nil:
		return statementsv1.Change_ERASED
	case record.IsDeleted():
		return statementsv1.Change_RETRACTED
	case record.RedirectTo != "":
		return statementsv1.Change_MERGED
	case record.Revision == 1:
		return statementsv1.Change_CREATED
	default:
		return statementsv1.Change_UPDATED
	}
}
