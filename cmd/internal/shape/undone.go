package shape

import "osmsd/sync/jobs"

// Undone is what taking an import back did, or would do.
type Undone struct {
	BlockedBy       []int64  `json:"blocked_by"` // later imports that rest on it
	Closed          int      `json:"closed"`     // facts and lines that are no longer believed
	DryRun          bool     `json:"dry_run"`    // nothing was done
	Import          int64    `json:"import"`
	Letters         []string `json:"letters"` // numbers of the letters that were annulled
	LettersAnnulled int      `json:"letters_annulled"`
	Notices         []string `json:"notices"`  // files that tell organisations of annulled letters
	Reopened        int      `json:"reopened"` // facts and lines that are believed again
	Replayed        []int64  `json:"replayed"` // later imports that were applied again
	Undone          bool     `json:"undone"`
}

// UndoneOf shows what taking an import back did.
func UndoneOf(u jobs.Undone, notices []string, dry bool) Undone {
	return Undone{u.BlockedBy, u.Closed, dry, u.Import, u.LettersAnnulled, len(u.LettersAnnulled), notices, u.Reopened, u.Replayed, u.Undone && !dry}
}
