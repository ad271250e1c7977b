package api

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// normalization names the normal form of stored texts.
const normalization = "NFC;LF"

// documentFromProto reads the fields that a writer sets.
func documentFromProto(d *statementsv1.Document, path string, faults *errs.Violations) domain.Document {
	document := domain.Document{TextWithheld: d.GetTextWithheld()}
	updateDocument(&document, d, path, faults)
	return document
}

// updateDocument takes over the fields that an update may change.
func updateDocument(document *domain.Document, d *statementsv1.Document, path string, faults *errs.Violations) {
	document.URI, document.Headline, document.Publisher = d.GetUri(), d.GetHeadline(), d.GetPublisher()
	document.Byline, document.LanguageCode = d.GetByline(), d.GetLanguageCode()
	document.License, document.UsageTerms = d.GetLicense(), d.GetUsageTerms()
	document.EmbargoEnd = embargo.ReadEnd(errs.JoinPath(path, "embargo_end_time"), d.GetEmbargoEndTime(), faults)
}

func documentToProto(d domain.Document) *statementsv1.Document {
	out := &statementsv1.Document{
		Name: d.Name(), Uid: d.UID, Etag: d.ETag(), RevisionId: resource.FormatNumber(d.Revision),
		CreateTime: timeToProto(d.Created), UpdateTime: timeToProto(d.Updated), DeleteTime: timeToProto(d.Deleted),
		Retraction: correctionToProto(d.Record, d.Name()),
		Uri:        d.URI, Headline: d.Headline, Publisher: d.Publisher, Byline: d.Byline,
		LanguageCode: d.LanguageCode, License: d.License, UsageTerms: d.UsageTerms, TextWithheld: d.TextWithheld,
		EmbargoEndTime: timeToProto(d.EmbargoEnd), Restricted: d.Restricted,
	}
	if d.LatestVersion > 0 {
		out.LatestVersion = domain.VersionName(d.ID, d.LatestVersion)
	}
	return out
}

// versionFromProto reads a version as written, not yet prepared.
func versionFromProto(v *statementsv1.DocumentVersion, path string, faults *errs.Violations) domain.Version {
	fieldcheck.Empty(v.GetName(), path+".name", fieldcheck.NameNotEmpty, faults)
	return domain.Version{
		Text: v.GetText(), SHA256: v.GetTextSha256(), Length: int(v.GetTextLength()),
		PublishTime: periodFromProto(v.GetPublishTime(), path+".publish_time", faults),
		AccessTime:  timeFromProto(v.GetAccessTime(), path+".access_time", faults),
	}
}

func versionToProto(v domain.Version) *statementsv1.DocumentVersion {
	out := &statementsv1.DocumentVersion{
		Name: v.Name(), Uid: v.UID, CreateTime: timeToProto(v.Created), Text: v.Text,
		TextSha256: v.SHA256, TextLength: int32(v.Length), Normalization: normalization, //nolint:gosec // at most 1,000,000
		PublishTime: periodToProto(v.PublishTime),
	}
	if !v.AccessTime.IsZero() {
		out.AccessTime = timestamppb.New(v.AccessTime)
	}
	return out
}
