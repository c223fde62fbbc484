package shape

import (
	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// File is a file that came in.
type File struct {
	ID       int64        `json:"id"`
	File     string       `json:"file"` // its name, as the sender gave it
	SHA256   string       `json:"sha256"`
	Size     int64        `json:"size"` // bytes
	Kind     osms.Kind    `json:"kind"`
	Region   osms.Region  `json:"region"`  // that sent it; "": none
	Channel  string       `json:"channel"` // folder, command, console, api …
	Received string       `json:"received"`
	Run      int64        `json:"run"`
	Outcome  osms.Outcome `json:"outcome"`
	Import   *int64       `json:"import"` // null: it changed nothing
}

// FileOf shows a file that came in.
func FileOf(x store.Arrival) File {
	out := File{x.ID, intake.Shown(x.Name), x.SHA256, x.Size, x.Kind, x.Region, x.Channel, Moment(x.Received), x.Run, x.Outcome, nil}
	if x.Sequence != 0 {
		out.Import = &x.Sequence
	}
	return out
}
