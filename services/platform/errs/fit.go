package errs

import (
	"cmp"
	"encoding/base64"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	// maxTrailers is how long message and details of an error are at most as trailers of
	// HTTP/2. gRPC of Python, C++, Ruby and Java takes 8 KiB of headers unless told
	// otherwise, and that of Node.js 64 KiB: of what is longer the caller learns nothing, not
	// even that it was refused. The rest is for what servers and proxies add.
	maxTrailers = 7 << 10
	// maxText is how many bytes a text has at most in an error that does not fit.
	maxText = 600
	// maxLeftOut is how many bytes the names of what did not fit have at most, and maxNotes
	// what is kept free for them and the number of violations.
	maxLeftOut = 300
	maxNotes   = 512
	// mostViolations is how many violations are looked at: more hardly ever fit.
	mostViolations = 200
	// moreViolationsKey and leftOutKey are the metadata keys of what is missing: how many
	// violations, and which metadata, details and fields of a detail.
	moreViolationsKey = "more_violations"
	leftOutKey        = "left_out"
)

// FirstOnly marks that violations may be missing that nobody looked for.
func (e *Error) FirstOnly() *Error { return e.With(moreViolationsKey, "UNKNOWN") }

// sending is what is sent of an error.
type sending struct {
	code       codes.Code
	message    string
	info       *errdetails.ErrorInfo
	violations []*errdetails.BadRequest_FieldViolation
	others     []proto.Message
}

// sending returns all of an error, but for violations after mostViolations.
func (e *Error) sending(code codes.Code, reason string) *sending {
	s := &sending{code: code, message: clean(e.Message), info: &errdetails.ErrorInfo{
		Reason: clean(reason), Domain: Domain, Metadata: make(map[string]string, len(e.Metadata)+1),
	}}
	for key, value := range e.Metadata {
		s.info.Metadata[clean(key)] = clean(value)
	}
	for _, v := range e.Violations[:min(len(e.Violations), mostViolations)] {
		s.violations = append(s.violations, &errdetails.BadRequest_FieldViolation{
			Field: clean(v.Field), Description: clean(v.Description), Reason: clean(v.Reason),
		})
	}
	if e.Resource != nil {
		s.others = append(s.others, &errdetails.ResourceInfo{
			ResourceType: clean(e.Resource.Type), ResourceName: clean(e.Resource.Name), Description: s.message,
		})
	}
	s.others = append(s.others, e.Details...)
	return s
}

// fitted returns the status of an error: whole if it fits, else as much of it as does, and
// the metadata say what is missing.
func (e *Error) fitted(code codes.Code, reason string) *status.Status {
	whole := e.sending(code, reason)
	if st, fits := whole.pack(maxTrailers); fits && len(whole.violations) == len(e.Violations) {
		return st
	}
	return whole.shortened(len(e.Violations))
}

// pack returns the status, and whether it has all and no more bytes than room.
func (s *sending) pack(room int) (st *status.Status, fits bool) {
	details := []proto.Message{s.info}
	if len(s.violations) > 0 {
		details = append(details, &errdetails.BadRequest{FieldViolations: s.violations})
	}
	details = append(details, s.others...)
	st = withDetails(status.New(s.code, s.message), details...)
	return st, len(st.Proto().GetDetails()) == len(details) && trailers(st) <= room
}

// fits reports whether there is room for the notes, too.
func (s *sending) fits() bool {
	_, fits := s.pack(maxTrailers - maxNotes)
	return fits
}

// shortened takes of what is sent, in this order, what there is room for: the message, the
// first violation, metadata, other details, and further violations of found.
func (s *sending) shortened(found int) *status.Status {
	short := &sending{code: s.code, message: cut(s.message, maxText), info: &errdetails.ErrorInfo{
		Reason: s.info.GetReason(), Domain: s.info.GetDomain(), Metadata: make(map[string]string),
	}}
	for _, v := range s.violations {
		v.Field, v.Description = cut(v.GetField(), maxText), cut(v.GetDescription(), maxText)
	}
	short.violate(s.violations, min(1, len(s.violations)))
	left := append(short.addMetadata(s.info.GetMetadata()), short.addDetails(s.others)...)
	short.violate(s.violations, len(s.violations))
	if more := found - len(short.violations); more > 0 && short.info.Metadata[moreViolationsKey] == "" {
		short.info.Metadata[moreViolationsKey] = strconv.Itoa(more)
	}
	if len(left) > 0 {
		short.info.Metadata[leftOutKey] = cut(strings.Join(left, ","), maxLeftOut)
	}
	st, _ := short.pack(maxTrailers)
	return st
}

// violate takes the first violations, at most so many.
func (s *sending) violate(violations []*errdetails.BadRequest_FieldViolation, most int) {
	s.violations = violations[:sort.Search(most, func(i int) bool {
		s.violations = violations[:i+1]
		return !s.fits()
	})]
}

// addMetadata takes entries, short ones first but for those that say what became of the
// request, and returns the keys of those that it leaves out.
func (s *sending) addMetadata(entries map[string]string) (left []string) {
	first := []string{outcomeKey, ErrorIDKey, moreViolationsKey}
	for _, key := range slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return cmp.Or(
			cmp.Compare(slices.Index(first, b), slices.Index(first, a)),
			cmp.Compare(len(a)+len(entries[a]), len(b)+len(entries[b])), cmp.Compare(a, b))
	}) {
		if s.info.Metadata[key] = entries[key]; len(entries[key]) > maxText || !s.fits() {
			delete(s.info.Metadata, key)
			left = append(left, key)
		}
	}
	return left
}

// addDetails takes details, if need be without their long texts, and returns the names of
// what it leaves out.
func (s *sending) addDetails(details []proto.Message) (left []string) {
	for _, detail := range details {
		last := len(s.others)
		if s.others = append(s.others, detail); s.fits() {
			continue
		}
		short, fields := withoutLongTexts(detail)
		if s.others[last] = short; !s.fits() {
			s.others, fields = s.others[:last], []string{string(detail.ProtoReflect().Descriptor().Name())}
		}
		left = append(left, fields...)
	}
	return left
}

// trailers is how many bytes a status has as trailers of HTTP/2: `grpc-message`, in which
// whatever is no printable ASCII has three characters for a byte, and
// `grpc-status-details-bin`, in base64.
func trailers(st *status.Status) int {
	length := base64.RawStdEncoding.EncodedLen(proto.Size(st.Proto()))
	for _, b := range []byte(st.Message()) {
		if b < ' ' || b > '~' || b == '%' {
			length += 2
		}
		length++
	}
	return length
}

// withoutLongTexts returns a detail without its texts over maxText, and their fields.
func withoutLongTexts(detail proto.Message) (short proto.Message, fields []string) {
	short = proto.Clone(detail)
	message := short.ProtoReflect()
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.Kind() == protoreflect.StringKind && !field.IsList() && len(value.String()) > maxText {
			message.Clear(field)
			fields = append(fields, string(field.Name()))
		}
		return true
	})
	slices.Sort(fields)
	return short, fields
}

// clean makes text valid UTF-8: a status with any other text cannot be packed.
func clean(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// cut ends a valid text that has more than most bytes with an ellipsis.
func cut(text string, most int) string {
	const ellipsis = "…"
	if len(text) <= most {
		return text
	}
	end := most - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}
