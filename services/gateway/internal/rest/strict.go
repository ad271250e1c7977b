package rest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/gateway/internal/labels"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxBody is the limit of a request body, in bytes.
const maxBody = 4 << 20

// prepare checks a request against its operation and returns the request that
// the conversion gets: what its query asks for is its Form.
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
	if form.asked == "" {
		w.Header()["Vary"] = byAccept
	}
	if form, err = op.negotiate(form, r.Header); err != nil {
		return nil, err
	}
	e := &edits{op: op, path: r.URL.EscapedPath(), parameters: parameters, form: form}
	if r.Method == http.MethodGet {
		e.conditions = r.Header
	}
	if e.fields, err = op.parseFields(form.fields); err != nil {
		return nil, err
	}
	if err := otherConditions(r); err != nil {
		return nil, err
	}
	if e.etag, err = ifMatch(r.Header, op); err != nil {
		return nil, err
	}
	body, summary, err := op.readBody(w, r)
	if err != nil {
		return nil, err
	}
	if err := op.agree(e, summary, pathParams); err != nil {
		return nil, err
	}
	if e.requestID, err = idempotencyKey(r.Header, op, cmp.Or(parameters.Get("request_id"), summary.requestID)); err != nil {
		return nil, err
	}
	op.imply(e, summary)
	if op.language != nil {
		w.Header().Add("Vary", "Accept-Language")
		if name := string(op.language.Name()); !parameters.Has(name) {
			if asked := labels.Accepted(r.Header); len(asked) > 0 {
				parameters.Set(name, strings.Join(asked, ","))
			}
		}
	}
	r = r.WithContext(withEdits(r.Context(), e))
	r.Form, r.PostForm = parameters, parameters // or they would be parsed from the address again
	r.Body, r.ContentLength = http.NoBody, int64(len(body))
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return r, nil
}

// convertible is a request as the conversion gets it: without the headers, which were
// read. They would go on to the services, where nobody asks for them, or say how long a
// call may take, which is not the client's to say. Only who calls stays, and whether an
// error answers a condition.
func convertible(r *http.Request) *http.Request {
	header := noHeader
	for _, name := range [...]string{"Authorization", "If-Match"} {
		if values := r.Header[name]; values != nil {
			if len(header) == 0 {
				header = make(http.Header, 2)
			}
			header[name] = values
		}
	}
	r.Header, r.Host, r.RemoteAddr = header, "", ""
	return r
}

// noHeader is the header of requests that keep none. Nobody writes to it.
var noHeader = http.Header{}

// imply makes the update mask of a change that gives none.
func (op *operation) imply(e *edits, summary bodySummary) {
	switch {
	case op.mask == nil:
	case op.masked != nil:
		if !slices.Contains(summary.fields, string(op.mask.Name())) {
			e.implied, e.mask = true, impliedMask(summary.masked, op.masked.Message())
		}
	case e.parameters.Get(string(op.mask.Name())) == "":
		e.implied, e.mask = true, impliedMask(summary.fields, op.body)
	}
}

// agree checks that header, path and body do not contradict each other.
func (op *operation) agree(e *edits, summary bodySummary, pathParams map[string]string) error {
	if op.bodyField == "" {
		if err := reconcile(e.etag, cmp.Or(e.parameters.Get("etag"), summary.etag), "etag"); err != nil {
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
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close") // what else comes on it belongs to this body
		return nil, bodySummary{}, errs.New(errs.DeadlineExceeded, httperror.RequestTooSlow, "the body did not arrive in time")
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
