package jobs

import (
	"errors"
	"time"

	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/calendar"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// Desk is where the use-cases are done: the store, the archive of original
// bytes, and what the operator configured.
type Desk struct {
	Store   *store.Store
	Archive *intake.Archive
	Home    Home
	Rules   entitlement.Rules // as configured; see LearnRules
	Rates   []osms.StateRate
	Regions map[osms.Region]Region
	State   State
	Limits  sheet.Limits
	// Breaker says which rosters wait for an administrator; zero: none does.
	Breaker registry.Breaker
	// Retention says when content is destroyed; see Destroy.
	Retention Retention
	Drops     intake.Options
	// CorrectWithin is within how many working days, by Calendar, a corrected
	// file is awaited.
	CorrectWithin int
	Calendar      *calendar.Calendar
	// RostersDue is the working day of a month by which its rosters are due, by
	// Calendar.
	RostersDue int
	// Casework is how service A is worked, Wording what letters say.
	Casework Casework
	Wording  Wording
	// Signing is the key of statements.
	Signing Signing
	// Mail is how mails are sent; nil: none are.
	Mail *Mail
	// Zone is where business dates are counted: the same on every machine.
	Zone *time.Location
	Lang string
	// DiskClock is the machine's running clock, which the times of files are
	// compared with; unlike a run's "now" it is never rehearsed.
	DiskClock func() time.Time
	// Odd, when not nil, is told what an intake run found in the drop folders
	// that can never be taken: for the one who started it.
	Odd func([]intake.Odd)
	// Remotes are servers of others: see VisitRemotes.
	Remotes []Remote
	// Who looks at persons' data at this desk, for the access log: a user of the
	// machine, or a channel.
	Who string

	views views
}

// Region is what is configured for one region: the header and value words of
// its own, and what its rosters declare when they say nothing themselves.
type Region struct {
	Headers map[string][]string            // field → words
	Values  map[string]map[string][]string // field → value → words
	Mode    osms.Mode
	AsAt    osms.Date
}

// State is how the state appears as a payer.
type State struct {
	Payer   string
	PayerID string
	KNP     string
}

// CleanUp removes what runs that were cut off left half written in the folders
// for people.
func (d *Desk) CleanUp() (failed error) {
	dirs := []string{d.Home.Returned, d.Home.Letters, d.Home.Reports}
	if d.Mail != nil && d.Mail.Folder != "" {
		dirs = append(dirs, d.Mail.Folder)
	}
	for _, dir := range dirs {
		failed = errors.Join(failed, intake.CleanUp(dir, d.Drops.Step))
	}
	return failed
}
