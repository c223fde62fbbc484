package shape

import (
	"osmsd/exporters/receipt"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// Held is a diff of one organisation that waits for an administrator.
type Held struct {
	Import    int64                `json:"import"`
	File      string               `json:"file"`
	SHA256    string               `json:"sha256"`
	Kind      osms.Kind            `json:"kind"`
	Region    osms.Region          `json:"region"`
	BIN       string               `json:"bin"`
	Mode      osms.Mode            `json:"mode"`
	AsAt      osms.Date            `json:"as_at"`
	Received  string               `json:"received"`
	Reason    osms.HoldReason      `json:"reason"`
	Message   string               `json:"message"`
	Rows      int                  `json:"rows"`
	Joined    int                  `json:"joined"`
	Left      int                  `json:"left"`
	Changed   int                  `json:"changed"`
	Unchanged int                  `json:"unchanged"`
	Hash      string               `json:"hash"`      // releases this organisation's part
	FileHash  string               `json:"file_hash"` // releases all that waits of the file
	Moved     bool                 `json:"moved"`     // since it was held: hash is the new one
	Changes   []receipt.ChangeJSON `json:"changes"`
}

// HeldOf shows a held diff as it would be now, its reason in a language.
func HeldOf(h jobs.HeldDiff, lang string) Held {
	bin := ""
	if h.BIN != 0 {
		bin = h.BIN.Digits()
	}
	return Held{h.Import.Sequence, intake.Shown(h.Name), h.SHA256, h.Kind, h.Import.Region, bin, h.Import.Mode, h.Import.AsAt,
		Moment(h.Received), osms.HoldReason(h.Reason), osms.Hold{Reason: osms.HoldReason(h.Reason), Detail: h.Why}.Message(lang),
		h.Rows, h.Joined, h.Left, h.Changed, h.Unchanged, h.Now, h.FileDiff, h.Now != h.Diff, receipt.ChangesJSON(h.Changes)}
}
