package intake

// Reason says in a word why a file is not read now, or is never read.
type Reason string

// Reasons to wait.
const (
	Settling    Reason = "settling"
	Copying     Reason = "copying"
	Writing     Reason = "writing"
	Locked      Reason = "locked"
	Empty       Reason = "empty"
	ZeroTail    Reason = "zero_tail"
	NoEndRecord Reason = "no_end_record"
	SidecarOnly Reason = "sidecar_only"
)

// Reasons why something is never taken, or why a folder could not be looked
// at.
const (
	IsLink       Reason = "link"
	IsHardLink   Reason = "hard_link"
	IsDirectory  Reason = "directory"
	IsSpecial    Reason = "special"
	TooLarge     Reason = "too_large"
	TooMany      Reason = "too_many"
	LoneSidecar  Reason = "lone_sidecar"
	Misplaced    Reason = "misplaced"
	NotADrop     Reason = "not_a_drop_folder"
	Missing      Reason = "missing"
	Unreadable   Reason = "unreadable"
	NotRemovable Reason = "not_removable"
)

var sentences = map[Reason]string{
	Settling:     "it changed a moment ago",
	Copying:      "its name says that it is still being copied",
	Writing:      "a program still has it open for writing",
	Locked:       "it is open in Excel or LibreOffice: close it there (a lock file stands beside it)",
	Empty:        "it is empty, perhaps still being copied",
	ZeroTail:     "it ends in zeros, as a file does that is still being copied",
	NoEndRecord:  "its end is missing: cut short or still being copied",
	SidecarOnly:  "the file whose digest it states is not here yet",
	IsLink:       "it is a link: put the file itself here",
	IsHardLink:   "it has another name elsewhere (a hard link): put a copy here",
	IsDirectory:  "it is a directory: put the files right into the drop folder",
	IsSpecial:    "it is a pipe, socket or device, not a file",
	TooLarge:     "it is larger than the limit: split it",
	TooMany:      "the folder holds too many files: nothing is taken from it until some are removed",
	LoneSidecar:  "the file whose digest it states never came: remove it, or drop the file",
	Misplaced:    "it lies beside the drop folders: put it into the folder of its region",
	NotADrop:     "no region or list has a drop folder of this name",
	Missing:      "the drop folder is missing: make it again, or mount its disk",
	Unreadable:   "it cannot be read",
	NotRemovable: "it was taken, but cannot be removed",
}

// Sentence is the reason in plain English.
func (r Reason) Sentence() string { return sentences[r] }
