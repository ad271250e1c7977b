package claimreview

import (
	"math"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// itemReviewed reads the passage that is reviewed, and leaves the rest of the
// claim for Dropped.
func (r *reader) itemReviewed(top node) node {
	item, ok := r.single(top.rest["itemReviewed"], "itemReviewed")
	if !ok {
		return node{} // what it is instead is dropped
	}
	top.take("itemReviewed")
	item.take("@type") // Claim, and CreativeWork in older ones
	if passage := item.rest[selectorTerm]; passage != nil {
		r.passage(item, passage)
	}
	return item
}

// passage reads the selectors of a span. A quotation without a position is not
// searched for.
func (r *reader) passage(item node, value *structpb.Value) {
	span, positioned := &typev1.TextSpan{}, false
	for _, selector := range listOf(value) {
		fields := selector.GetStructValue().GetFields()
		switch fields["@type"].GetStringValue() {
		case "oa:TextPositionSelector":
			start, startOK := offset(fields["oa:start"])
			end, endOK := offset(fields["oa:end"])
			if positioned || !startOK || !endOK {
				r.malformed(item.path+"."+selectorTerm, "oa:start and oa:end must be whole numbers, once")
				return
			}
			positioned, span.Start, span.End = true, proto.Int32(start), end
			span.ExactSha256 = fields["sha256"].GetStringValue()
		case "oa:TextQuoteSelector":
			span.Exact = fields["oa:exact"].GetStringValue()
			span.Prefix, span.Suffix = fields["oa:prefix"].GetStringValue(), fields["oa:suffix"].GetStringValue()
		}
	}
	if positioned && span.GetExact()+span.GetExactSha256() != "" {
		item.take(selectorTerm)
		r.out.Span = span
	}
}

// offset reads a number of code points.
func offset(value *structpb.Value) (int32, bool) {
	number, ok := value.GetKind().(*structpb.Value_NumberValue)
	if !ok || number.NumberValue != math.Trunc(number.NumberValue) || number.NumberValue < 0 || number.NumberValue > math.MaxInt32 {
		return 0, false
	}
	return int32(number.NumberValue), true
}
