package domain

import (
	"errors"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// TextHashMismatch is the reason of a text that is not the one meant.
const TextHashMismatch = "TEXT_HASH_MISMATCH"

// ParseText brings a text to its normal form. INVALID_ARGUMENT for the field
// path says what is wrong with it.
func ParseText(text, path string) (sourcetext.Text, error) {
	parsed, err := sourcetext.Normalize(text)
	if fault, is := errors.AsType[*sourcetext.TextError](err); is {
		return sourcetext.Text{}, errs.Invalid(path, string(fault.Reason), "%s", fault.Message)
	}
	return parsed, err
}

// Prepare makes a version as written ready to be stored: its text in normal
// form, hashed, its spans verified. v.SHA256 and v.Length are what the writer
// expects, or empty. Where the document's text is withheld the text is not kept,
// and hash and length alone may stand for it. path is the field of the version
// in the request. The source is what spans on the version are verified against.
func (v Version) Prepare(path string, withheld bool) (Version, Source, error) {
	var faults errs.Violations
	source := Source{Length: v.Length}
	switch {
	case v.Text != "":
		text, err := ParseText(v.Text, path+".text")
		if err != nil {
			return Version{}, Source{}, err
		}
		v.expect(text, path, &faults)
		v.Text, v.SHA256, v.Length = text.String(), text.SHA256(), text.Len()
		source = Source{Length: text.Len(), Text: &text}
	case !withheld:
		faults.Add(path+".text", TextRequired, "the text is required: only one that is withheld may be known by its hash")
	case v.SHA256 == "" || v.Length == 0:
		faults.Add(path+".text", TextRequired, "the text is required, or its text_sha256 and text_length")
	}
	if err := faults.Err(); err != nil {
		return Version{}, Source{}, err
	}
	v.PublishTime = v.PublishTime.clone()
	if span := v.PublishTime.span(); span != nil {
		source.anchor(span, path+".publish_time.printed.span", &faults)
		v.PublishTime.checkPrinted(path+".publish_time", &faults)
		if withheld {
			span.withhold()
		}
	}
	if withheld {
		v.Text = ""
	}
	return v, source, faults.Err()
}

// expect compares a text with what the writer said of it.
func (v Version) expect(text sourcetext.Text, path string, faults *errs.Violations) {
	if sum := text.SHA256(); v.SHA256 != "" && v.SHA256 != sum {
		faults.Add(path+".text_sha256", TextHashMismatch, "the text in normal form (NFC, LF) has the SHA-256 %s", sum)
	}
	if v.Length != 0 && v.Length != text.Len() {
		faults.Add(path+".text_length", "TEXT_LENGTH_MISMATCH", "the text in normal form (NFC, LF) has %d code points", text.Len())
	}
}
