package rest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxBody is the limit of a request body, in bytes.
const maxBody = 4 << 20

// prepare checks a request against its operation and returns the request that
// the conversion gets.
func (op *operation) prepare(w http.ResponseWriter, r *http.Request, pathParams map[string]string) (*http.Request, error) {
	for _, value := range pathParams {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return nil, errs.Invalid("", malformedPath, "the path has characters that no name has")
		}
	}
	parameters, form, err := op.checkQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if form, err = op.negotiate(form, r.Header); err != nil {
		return nil, err
	}
	match, err := ifMatch(r.Header, op)
	if err != nil {
		return nil, err
	}
	e := &edits{op: op, etag: match, form: form}
	body, summary, err := op.readBody(w, r)
	if err != nil {
		return nil, err
	}
	if err := op.agree(e, parameters.Get("etag"), summary, pathParams); err != nil {
		return nil, err
	}
	switch {
	case op.mask == nil:
	case op.masked != nil:
		if !slices.Contains(summary.fields, string(op.mask.Name())) {
			e.implied, e.mask = true, impliedMask(summary.masked, op.masked.Message())
		}
	case parameters.Get(string(op.mask.Name())) == "":
		e.implied, e.mask = true, impliedMask(summary.fields, op.body)
	}
	r = r.Clone(withEdits(r.Context(), e))
	r.URL.RawQuery = parameters.Encode()
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	return r, nil
}

// agree checks that header, path and body do not contradict each other.
func (op *operation) agree(e *edits, queryEtag string, summary bodySummary, pathParams map[string]string) error {
	if op.bodyField == "" {
		if err := reconcile(e.etag, cmp.Or(queryEtag, summary.etag), "etag"); err != nil {
			return err
		}
	} else if err := reconcile(e.etag, summary.etag, camelPath(op.bodyField)+".etag"); err != nil {
		return err
	}
	nameField := errs.JoinPath(op.bodyField, "name")
	if inPath := pathParams[nameField]; inPath != "" && summary.name != "" && summary.name != inPath {
		return errs.Invalid(camelPath(nameField), malformedValue, "names another resource than the path: leave it out, or give %s", quote(inPath))
	}
	return nil
}

// readBody reads and checks the body.
func (op *operation) readBody(w http.ResponseWriter, r *http.Request) ([]byte, bodySummary, error) {
	if op.body == nil {
		if hasBody(r) {
			return nil, bodySummary{}, errs.Invalid("", bodyNotAllowed, "this method takes no body")
		}
		return nil, bodySummary{}, nil
	}
	if err := checkContentType(r.Header); err != nil {
		return nil, bodySummary{}, err
	}
	if r.ContentLength > maxBody {
		return nil, bodySummary{}, tooLarge()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, bodySummary{}, tooLarge()
	case err != nil:
		return nil, bodySummary{}, errs.Invalid("", malformedJSON, "the body ended before all of it was there")
	case len(bytes.TrimSpace(body)) == 0:
		return nil, bodySummary{}, errs.Invalid(camelPath(op.bodyField), bodyRequired, "this method needs a body: a JSON object")
	}
	summary, err := checkBody(body, op.body, camelPath(op.bodyField), op.masked)
	return body, summary, err
}

// hasBody reports whether a request has a body of at least one byte.
func hasBody(r *http.Request) bool {
	if r.Body == nil || r.ContentLength == 0 {
		return false
	}
	var one [1]byte
	n, _ := io.ReadFull(r.Body, one[:])
	return n > 0
}

func tooLarge() error {
	return errs.New(errs.ResourceExhausted, httperror.RequestTooLarge, "the body is larger than the limit of %d MiB", maxBody>>20)
}

// checkContentType takes JSON only: another type, or none, could be sent by a
// page of another site without its browser asking first. Packed bodies are not
// taken: what they unpack to could not be bounded before it is read.
func checkContentType(header http.Header) error {
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return errs.New(errs.InvalidArgument, httperror.UnsupportedMediaType, "send the body without Content-Encoding: it is %s", encoding)
	}
	values := header.Values("Content-Type")
	if len(values) == 1 {
		mediaType, parameters, err := mime.ParseMediaType(values[0])
		charset := parameters["charset"]
		if err == nil && mediaType == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8")) {
			return nil
		}
	}
	return errs.New(errs.InvalidArgument, httperror.UnsupportedMediaType, "send the body as Content-Type: application/json, in UTF-8")
}

// impliedMask is the update mask of a change that gives none: the fields in the
// body, also those that are null and so are emptied. What the service sets
// itself, the name and the etag are no changes and may stand in the body as
// they were read. A field that can never change is one: the service refuses it,
// because leaving it out would ignore what the client asks for.
func impliedMask(fields []string, resource protoreflect.MessageDescriptor) []string {
	var mask []string
	for _, name := range fields {
		field := resource.Fields().ByName(protoreflect.Name(name))
		behavior, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
		if name == "etag" || slices.Contains(behavior, annotations.FieldBehavior_OUTPUT_ONLY) ||
			slices.Contains(behavior, annotations.FieldBehavior_IDENTIFIER) {
			continue
		}
		mask = append(mask, name)
	}
	return mask
}
