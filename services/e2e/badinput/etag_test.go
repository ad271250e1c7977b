package badinput_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// changeable makes one resource of each kind and answers its path and the field
// that the test changes.
func changeable(t *testing.T) map[string]string {
	t.Helper()
	create := func(path string, body any) string {
		var made struct {
			Name string `json:"name"`
		}
		must.OK(t, json.Unmarshal(api.Post(t, path, body).OK(t).Body, &made))
		return "/v1/" + made.Name
	}
	f := point("5")
	return map[string]string{
		create("/v1/documents", object{"document": object{"headline": "x", "publisher": "y", "languageCode": "en"}}):              "usageTerms",
		create("/v1/entities", object{"entityType": "GROUP", "displayName": "x"}):                                                 "description",
		create("/v1/metrics", object{"displayName": "x", "measuredProperty": "x", "statType": "COUNT", "defaultUnit": ucum("1")}): "description",
		create("/v1/figures", f): "comment",
		create("/v1/statements", said(version, inText(t, text, "Congress"))): "comment",
	}
}

// TestEtagsThatLost: who has not seen the newest state cannot overwrite it.
func TestEtagsThatLost(t *testing.T) {
	lost := client.Want{HTTP: 409, Status: "ABORTED", Reason: "ETAG_MISMATCH"}
	lostIf := client.Want{HTTP: 412, Status: "ABORTED", Reason: "ETAG_MISMATCH"}
	for path, field := range changeable(t) {
		t.Run(strings.Split(path, "/")[2], func(t *testing.T) {
			old := api.Get(t, path).OK(t)
			oldTag := old.Header.Get("ETag")
			must.True(t, strings.HasPrefix(oldTag, `W/"`), "the ETag is %q", oldTag)
			var oldBody struct {
				Etag string `json:"etag"`
			}
			must.OK(t, json.Unmarshal(old.Body, &oldBody))
			must.Equal(t, "W/"+oldBody.Etag, oldTag)

			patch := func(value string, header, more object) client.Request {
				r := client.Request{Method: "PATCH", Path: path, Header: map[string]string{}}
				for name, value := range header {
					r.Header[name], _ = value.(string)
				}
				body := object{field: value}
				maps.Copy(body, more)
				r.Body = body
				return r
			}
			newer := api.Do(t, patch("newer", object{"If-Match": oldTag}, nil)).OK(t)
			newTag := newer.Header.Get("ETag")
			must.NotEqual(t, newTag, oldTag)

			refused(t, patch("lost", object{"If-Match": oldTag}, nil), lostIf)
			refused(t, patch("lost", object{"If-Match": strings.TrimPrefix(oldTag, "W/")}, nil), lostIf)
			refused(t, patch("lost", nil, object{"etag": oldBody.Etag}), lost)
			refused(t, patch("lost", nil, object{"etag": `"made-up"`}), lost)
			refused(t, patch("lost", object{"If-Match": newTag}, object{"etag": oldBody.Etag}), client.Invalid("MALFORMED_HEADER", ""))
			refused(t, patch("lost", object{"If-Match": "no quotes"}, nil), client.Invalid("MALFORMED_HEADER", ""))
			refused(t, client.Request{Method: "DELETE", Path: path + "?reason=lost&etag=" + url.QueryEscape(oldBody.Etag)}, lost)
			refused(t, client.Request{Method: "DELETE", Path: path + "?reason=lost", Header: map[string]string{"If-Match": oldTag}}, lostIf)
			refused(t, client.Request{Method: "DELETE", Path: path}, client.Invalid("INVALID_REQUEST", "reason"))

			api.Do(t, patch("newest", object{"If-Match": "*"}, nil)).OK(t)
			api.Do(t, client.Request{Method: "DELETE", Path: path + "?reason=done", Header: map[string]string{"If-Match": api.Get(t, path).Header.Get("ETag")}}).OK(t)
			refused(t, client.Request{Path: path}, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
		})
	}
}

// TestWhatCannotBeChanged: a change of what a fact says is refused by name.
func TestWhatCannotBeChanged(t *testing.T) {
	fixed := map[string]struct {
		body  object
		field string
	}{
		"documents":  {object{"textWithheld": true}, "document.textWithheld"},
		"metrics":    {object{"measuredProperty": "another"}, "metric.measuredProperty"},
		"figures":    {object{"value": number("6")}, "figure.value"},
		"statements": {object{"text": "another"}, "statement.text"},
	}
	for path := range changeable(t) {
		kind := strings.Split(path, "/")[2]
		change, ok := fixed[kind]
		if !ok {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			refused(t, client.Request{Method: "PATCH", Path: path, Body: change.body}, client.Invalid("FIELD_NOT_UPDATABLE", change.field))
			refused(t, client.Request{Method: "PATCH", Path: path + "?update_mask=nothing", Body: change.body}, client.Invalid("FIELD_NOT_UPDATABLE", "updateMask"))
			refused(t, client.Request{Method: "PATCH", Path: path, Body: object{"name": "documents/another"}}, client.Invalid("MALFORMED_VALUE", strings.TrimSuffix(kind, "s")+".name"))
		})
	}
}
