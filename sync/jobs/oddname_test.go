package jobs

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// TestOddNames: whatever a file is called, it ends in one outcome and leaves its
// folder, on every database.
func TestOddNames(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
		if err == nil {
			err = folder.Prepare([]osms.Region{63})
		}
		if err != nil {
			t.Fatal(err)
		}
		names := []string{"\xf1\xee\xea\xff.csv", "a\nb.csv", "\x1b[31m.csv", "NUL", "\u202ecsv.exe", "и\u0306.csv", "\xed\xa0\x80.csv"}
		for i, name := range names {
			data := csvOf(rosterOf(learner{iin: child(t, i), bin: a}))
			if err := os.WriteFile(filepath.Join(o.desk.Home.Inbox, "63", name), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := folder.Poll(time.Now()); err != nil {
			t.Fatal(err)
		}
		p, err := folder.Poll(time.Now().Add(time.Hour))
		if err != nil || len(p.Ready) != len(names) {
			t.Fatal(p, err)
		}
		taken := 0
		o.run(func(ctx context.Context, turn Turn) error {
			return o.desk.Intake(ctx, turn, folder, p.Ready, func(x Taken) {
				if taken++; x.Err != nil || x.Report.Outcome != osms.Applied {
					t.Errorf("%q: %s %v", x.Report.File, x.Report.Outcome, x.Err)
				}
			})
		})
		left, err := os.ReadDir(filepath.Join(o.desk.Home.Inbox, "63"))
		unfinished, err2 := o.desk.Store.Unfinished(t.Context())
		if err != nil || err2 != nil || taken != len(names) || len(left) > 0 || len(unfinished) > 0 {
			t.Errorf("%d of %d, %d files left, %v unfinished, %v %v", taken, len(names), len(left), unfinished, err, err2)
		}
		o.verified()
	})
}
