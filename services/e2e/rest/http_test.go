package rest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// readable are answers of every kind.
var readable = []string{
	"/v1/metrics", "/v1/metrics/bilateral-trade", "/v1/" + note, "/v1/" + note + "/versions/1", "/v1/" + article + ":read",
	"/v1/statements:search?query=border", "/v1/metrics/bilateral-goods-trade:query", "/openapi.json", "/docs", "/",
}

// TestHead: HEAD answers what GET answers, without the body.
func TestHead(t *testing.T) {
	for _, path := range readable {
		t.Run(path, func(t *testing.T) {
			get := api.Get(t, path).OK(t)
			head := api.Do(t, client.Request{Method: "HEAD", Path: path}).OK(t)
			must.Equal(t, len(head.Body), 0)
			for _, name := range []string{"Content-Type", "Content-Length", "ETag", "Cache-Control"} {
				must.Equal(t, head.Header.Get(name), get.Header.Get(name))
			}
			must.True(t, get.Header.Get("ETag") != "", "there is no ETag")
		})
	}
}

// TestNotModified: who has the newest answer gets 304 and no body.
func TestNotModified(t *testing.T) {
	for _, path := range readable {
		t.Run(path, func(t *testing.T) {
			tag := api.Get(t, path).OK(t).Header.Get("ETag")
			for _, match := range []string{tag, "*", `"other", ` + tag} {
				answer := api.Do(t, client.Request{Path: path, Header: map[string]string{"If-None-Match": match}})
				must.Equal(t, answer.Code, 304)
				must.Equal(t, len(answer.Body), 0)
				must.Equal(t, answer.Header.Get("ETag"), tag)
			}
			api.Do(t, client.Request{Path: path, Header: map[string]string{"If-None-Match": `"other"`}}).OK(t)
		})
	}
}

// TestSameBytes: the same question has the same bytes as its answer.
func TestSameBytes(t *testing.T) {
	for _, path := range readable {
		must.Equal(t, string(api.Get(t, path).OK(t).Body), string(api.Get(t, path).OK(t).Body))
	}
}

func TestGzip(t *testing.T) {
	for _, path := range []string{"/v1/" + article + ":read", "/openapi.json"} {
		plain := api.Get(t, path).OK(t)
		must.Equal(t, plain.Header.Get("Content-Encoding"), "")
		must.Contains(t, strings.Join(plain.Header.Values("Vary"), ", "), "Accept-Encoding")
		packed := api.Do(t, client.Request{Path: path, Header: map[string]string{"Accept-Encoding": "br;q=1, gzip"}}).OK(t)
		must.Equal(t, packed.Header.Get("Content-Encoding"), "gzip")
		must.True(t, len(packed.Body) < len(plain.Body)/2, "%d bytes are not much less than %d", len(packed.Body), len(plain.Body))
		reader := must.Get(gzip.NewReader(bytes.NewReader(packed.Body)))(t)
		must.Equal(t, string(must.Get(io.ReadAll(reader))(t)), string(plain.Body))
		refused := api.Do(t, client.Request{Path: path, Header: map[string]string{"Accept-Encoding": "gzip;q=0"}}).OK(t)
		must.Equal(t, refused.Header.Get("Content-Encoding"), "")
	}
}

// TestOtherOrigins: any page may read, errors too, and none may write.
func TestOtherOrigins(t *testing.T) {
	origin := map[string]string{"Origin": "https://dashboard.example"}
	for _, path := range []string{"/v1/metrics", "/v1/metrics/nothing", "/v1/metrics?colour=red", "/v1/nothing", "/openapi.json"} {
		t.Run(path, func(t *testing.T) {
			answer := api.Do(t, client.Request{Path: path, Header: origin})
			must.Equal(t, answer.Header.Get("Access-Control-Allow-Origin"), "*")
			must.Contains(t, answer.Header.Get("Access-Control-Expose-Headers"), "ETag")
			must.Equal(t, answer.Header.Get("Access-Control-Allow-Credentials"), "")
		})
	}
	ask := func(method string) client.Answer {
		return api.Do(t, client.Request{Method: "OPTIONS", Path: "/v1/metrics", Header: map[string]string{
			"Origin": "https://dashboard.example", "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "if-none-match",
		}})
	}
	allowed := ask("GET")
	must.Equal(t, allowed.Code, 204)
	must.Contains(t, allowed.Header.Get("Access-Control-Allow-Methods"), "GET")
	must.Contains(t, strings.ToLower(allowed.Header.Get("Access-Control-Allow-Headers")), "if-none-match")
	must.False(t, strings.Contains(ask("POST").Header.Get("Access-Control-Allow-Methods"), "POST"), "pages of other origins may write")
}

// TestReadTime: an answer as of a time never changes, and says so.
func TestReadTime(t *testing.T) {
	now := api.Get(t, "/v1/"+article).OK(t)
	must.Equal(t, now.Header.Get("Cache-Control"), "no-cache")
	settled := now.Header.Get("Onrecord-Settled-Time")
	must.True(t, settled != "", "an answer does not say until when the record is settled")
	at := "?read_time=" + url.QueryEscape(settled)
	for _, path := range []string{"/v1/" + article, "/v1/" + article + ":read", "/v1/metrics"} {
		then := api.Get(t, path+at).OK(t)
		must.Contains(t, then.Header.Get("Cache-Control"), "immutable")
		must.True(t, then.Header.Get("Onrecord-Settled-Time") >= settled, "the settled time went back")
		api.Post(t, "/v1/entities", map[string]any{"entityType": "GROUP", "displayName": "Later"}).OK(t)
		must.Equal(t, string(api.Get(t, path+at).OK(t).Body), string(then.Body))
	}
	early := api.Get(t, "/v1/"+article+"?read_time=2001-01-01T00:00:00Z")
	early.Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND"})
	must.False(t, strings.Contains(early.Header.Get("Cache-Control"), "immutable"), "an error is kept for ever")
}

func TestRequestID(t *testing.T) {
	given := api.Do(t, client.Request{Path: "/v1/metrics", Header: map[string]string{"X-Request-Id": "tour-1"}})
	must.Equal(t, given.Header.Get("X-Request-Id"), "tour-1")
	must.True(t, api.Get(t, "/v1/nothing").Header.Get("X-Request-Id") != "", "an error has no request id")
}

func TestHealth(t *testing.T) {
	api.Get(t, "/healthz").OK(t)
	api.Get(t, "/readyz").OK(t)
}

// TestLifeOfAnEntity: created once however often it is sent, changed, retracted
// with a reason, and still there for who asks.
func TestLifeOfAnEntity(t *testing.T) {
	const create = "/v1/entities?entity_id=tour&request_id=0190a0c0-0000-7000-8000-000000000001"
	body := map[string]any{"entityType": "PERSON", "displayName": "Ana Ríos", "identifiers": map[string]string{"wikidata": "Q1"}}
	first, again := &statementsv1.Entity{}, &statementsv1.Entity{}
	answer := api.Post(t, create, body)
	answer.Into(t, first)
	api.Post(t, create, body).Into(t, again)
	must.Equal(t, again, first)
	must.Equal(t, first.GetName(), "entities/tour")
	body["displayName"] = "Another"
	api.Post(t, create, body).Refused(t, client.Invalid("REQUEST_ID_REUSED", ""))
	api.Post(t, "/v1/entities?entity_id=tour", body).Refused(t, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "ENTITY_EXISTS"})

	changed := &statementsv1.Entity{}
	api.Do(t, client.Request{Method: "PATCH", Path: "/v1/entities/tour", Body: map[string]any{"description": "Harbour mistress"}}).Into(t, changed)
	must.Equal(t, changed.GetDisplayName(), "Ana Ríos")
	must.Equal(t, changed.GetDescription(), "Harbour mistress")
	must.NotEqual(t, changed.GetEtag(), first.GetEtag())
	must.Equal(t, changed.GetUid(), first.GetUid())
	cleared := &statementsv1.Entity{}
	api.Do(t, client.Request{Method: "PATCH", Path: "/v1/entities/tour?update_mask=description", Body: map[string]any{}}).Into(t, cleared)
	must.Equal(t, cleared.GetDescription(), "")

	found := client.Read(t, api, "/v1/entities?filter="+url.QueryEscape(`identifiers.wikidata = "Q1"`), &statementsv1.ListEntitiesResponse{})
	must.Equal(t, len(found.GetEntities()), 1)

	before := api.Get(t, "/v1/entities/tour").OK(t).Header.Get("Onrecord-Settled-Time")
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/entities/tour?reason=" + url.QueryEscape("made up")}).OK(t)
	p := api.Get(t, "/v1/entities/tour").Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
	var correction struct {
		Kind, Subject, Reason string
	}
	must.OK(t, json.Unmarshal(p.Details["onrecord.type.v1.Correction"], &correction))
	must.Equal(t, correction.Kind+" "+correction.Subject+" "+correction.Reason, "RETRACTION entities/tour made up")

	tombstone := client.Read(t, api, "/v1/entities/tour?show_deleted=true", &statementsv1.Entity{})
	must.Equal(t, tombstone.GetRetraction().GetKind(), typev1.Correction_RETRACTION)
	must.True(t, tombstone.GetDeleteTime() != nil, "the tombstone has no time")
	past := client.Read(t, api, "/v1/entities/tour?read_time="+url.QueryEscape(before), &statementsv1.Entity{})
	must.True(t, past.GetDeleteTime() == nil, "it was retracted before it was")
	api.Post(t, "/v1/entities?entity_id=tour", body).Refused(t, client.Want{HTTP: 409, Status: "ALREADY_EXISTS", Reason: "ENTITY_EXISTS"})
}
