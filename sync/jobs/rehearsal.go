package jobs

import (
	"os"

	"osmsd/importers/intake"
)

// Rehearsal is a desk for dry runs beside this one: it reads the same register,
// and what it takes into the archive is thrown away by done.
func (d *Desk) Rehearsal() (aside *Desk, done func(), err error) {
	dir, err := os.MkdirTemp("", "osmsd-")
	if err != nil {
		return nil, nil, err
	}
	archive, err := intake.OpenArchive(dir, nil)
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, err
	}
	aside = &Desk{Store: d.Store, Archive: archive, Home: d.Home, Rules: d.Rules, Rates: d.Rates, Regions: d.Regions, State: d.State, Limits: d.Limits,
		Breaker: d.Breaker, Retention: d.Retention, Drops: d.Drops, Mail: d.Mail, CorrectWithin: d.CorrectWithin, Calendar: d.Calendar, RostersDue: d.RostersDue,
		Casework: d.Casework, Wording: Wording{Folder: d.Wording.Folder}, Signing: Signing{File: d.Signing.File}, Zone: d.Zone, Lang: d.Lang, DiskClock: d.DiskClock, Odd: d.Odd, Who: d.Who}
	return aside, func() {
		_ = archive.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
