package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/cmd/internal/country"
	"osmsd/importers/application"
	"osmsd/importers/sheet"
	head "osmsd/importers/table"
	"osmsd/sync/osms"
)

// TestCaseworkIsReadAsTheTruthHasIt reads the lists of applications, requests and
// events of a synthetic country, and finds every row as it was meant and every
// fault where it was planted.
func TestCaseworkIsReadAsTheTruthHasIt(t *testing.T) {
	dir := t.TempDir()
	truth, err := country.Generate(dir, country.Options{Persons: 5_000, Regions: 4, Months: 2, Seed: 11, Casework: true})
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("UTC+5", 5*60*60)
	want := map[string][]string{} // what the items of a file are, in order
	for _, x := range truth.Casework.Applications {
		if !x.Refused {
			want[x.File] = append(want[x.File], fmt.Sprintf("%d %s %s %s %s<%s form %t identity %t study %t consent %t late %t full_time", x.Row, x.Incoming, x.Received, x.IIN, x.BIN, x.Previous,
				!slices.Contains(x.Lacks, osms.LacksForm), !slices.Contains(x.Lacks, osms.LacksIdentity), !slices.Contains(x.Lacks, osms.LacksStudy),
				x.Reason != osms.ReasonNoConsent, slices.Contains(x.Lacks, osms.ExpiredIdentity)))
		}
	}
	for _, x := range truth.Casework.Requests {
		if x.IIN == "" {
			x.IIN = osms.IIN(0).Digits()
		}
		want[x.File] = append(want[x.File], fmt.Sprintf("%d %s %s %s %s %s %s %t", x.Row, x.Incoming, x.Received, x.IIN, x.From, x.To, x.ConfirmedBy, x.Consent))
	}
	for _, x := range truth.Casework.Events {
		if !x.Refused && !x.Ignored {
			want[x.File] = append(want[x.File], fmt.Sprintf("%d %s %s %s %s", x.Row, x.IIN, x.Kind, x.On, x.Until))
		}
	}
	kinds := map[osms.Kind]int{}
	for _, f := range truth.Files {
		if !strings.Contains(f.Path, "/casework/") {
			continue
		}
		kinds[f.Kind]++
		file, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(file, info.Size(), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if kind, err := head.Detect(head.FromBook(book)); kind != f.Kind {
			t.Errorf("%s is taken for %q: %v", f.Path, kind, err)
		}
		dropped := f.AsAt
		o := application.Options{Received: time.Date(dropped.Year(), time.Month(dropped.MonthNum()), dropped.Day(), 10, 0, 0, 0, zone), Zone: zone}
		var got []string
		var rows, refused, ignored int
		var faults []osms.Refusal
		switch f.Kind {
		case osms.KindApplications:
			l, err := application.ReadApplications(book, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range l.Items {
				got = append(got, fmt.Sprintf("%d %s %s %s %s<%s form %t identity %t study %t consent %t late %t %s", a.Row, a.Incoming, a.Received.Format("2006-01-02 15:04"), a.Person.Digits(), a.BIN, a.Previous,
					a.Form, a.Identity, a.Study, a.Consent, a.IdentityUntil != 0 && a.IdentityUntil < osms.DateOf(a.Received), a.StudyForm))
			}
			rows, refused, ignored, faults = l.Rows, l.Refused, l.Ignored, l.Refusals
		case osms.KindRequests:
			l, err := application.ReadRequests(book, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range l.Items {
				got = append(got, fmt.Sprintf("%d %s %s %s %s %s %s %t", q.Row, q.Incoming, q.Received.Format("2006-01-02 15:04"), q.Person.Digits(), q.From, q.To, q.ConfirmedBy, q.Consent))
			}
			rows, refused, ignored, faults = l.Rows, l.Refused, l.Ignored, l.Refusals
		case osms.KindEvents:
			l, err := application.ReadEvents(book, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range l.Items {
				got = append(got, fmt.Sprintf("%d %s %s %s %s", e.Row, e.Person.Digits(), e.Kind, e.On, e.Until))
			}
			rows, refused, ignored, faults = l.Rows, l.Refused, l.Ignored, l.Refusals
		}
		book.Close()
		file.Close()
		if !slices.Equal(got, want[f.Path]) {
			t.Errorf("%s: got\n%s\nwant\n%s", f.Path, strings.Join(got, "\n"), strings.Join(want[f.Path], "\n"))
		}
		if rows != f.Rows || refused != f.Refused || ignored != f.Ignored {
			t.Errorf("%s: %d rows, %d refused, %d ignored; the truth says %d, %d, %d", f.Path, rows, refused, ignored, f.Rows, f.Refused, f.Ignored)
		}
		var planted, found []string
		for _, r := range truth.Refusals {
			if r.File == f.Path {
				planted = append(planted, fmt.Sprint(r.Sheet, "!", r.Cell, " ", r.Row, " ", r.Field, " ", r.Code, " ", r.Severity, " ", r.Value))
			}
		}
		for _, r := range faults {
			found = append(found, fmt.Sprint(r.Sheet, "!", r.Cell, " ", r.Row, " ", r.Field, " ", r.Code, " ", r.Severity, " ", r.Value))
		}
		slices.Sort(planted)
		slices.Sort(found)
		if !slices.Equal(planted, found) {
			t.Errorf("%s: found\n%s\nplanted\n%s", f.Path, strings.Join(found, "\n"), strings.Join(planted, "\n"))
		}
	}
	if kinds[osms.KindApplications] < 6 || kinds[osms.KindRequests] != 4 || kinds[osms.KindEvents] != 2 {
		t.Errorf("files of casework: %v", kinds)
	}
}
