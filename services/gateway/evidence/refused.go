package evidence

import "fmt"

// Reasons why a file is not read as a pack.
const (
	// NotAPack says that the file is no ZIP file, or has no readable manifest.
	NotAPack = "NOT_A_PACK"
	// TooLarge says that a pack has more files or bytes than one may have.
	TooLarge = "TOO_LARGE"
	// BadPath says that an entry's name could lead out of the pack.
	BadPath = "BAD_PATH"
	// DuplicateFile says that two entries have one name.
	DuplicateFile = "DUPLICATE_FILE"
	// BadEntry says that an entry is no plain file, is encrypted or compressed in a way
	// that packs are not, or cannot be unpacked.
	BadEntry = "BAD_ENTRY"
	// StreamedEntry says that an entry is written so that programs do not agree where it
	// ends. Nothing may be wrong with the files: zipped again, the pack is read.
	StreamedEntry = "STREAMED_ENTRY"
	// FileNotListed says that a file is not in the manifest.
	FileNotListed = "FILE_NOT_LISTED"
	// FileMissing says that a file of the manifest is not there.
	FileMissing = "FILE_MISSING"
	// HashMismatch says that a file is not the one of the manifest.
	HashMismatch = "HASH_MISMATCH"
	// UnknownFormat says that the pack has a layout that this program does not know.
	UnknownFormat = "UNKNOWN_FORMAT"
)

// RefusedError is a file that is no pack, or not the one that was written: nothing in it
// is to be believed.
type RefusedError struct {
	// Reason is stable.
	Reason string
	// Path is the entry at fault; "" if it is the file.
	Path    string
	Message string
}

// Error says it in one line.
func (e *RefusedError) Error() string {
	if e.Path == "" {
		return e.Reason + ": " + e.Message
	}
	return fmt.Sprintf("%s %q: %s", e.Reason, e.Path, e.Message)
}

func refuse(reason, path, format string, args ...any) error {
	return &RefusedError{Reason: reason, Path: path, Message: fmt.Sprintf(format, args...)}
}
