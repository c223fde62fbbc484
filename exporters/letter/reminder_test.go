package letter

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

var almaty = time.FixedZone("Almaty", 5*60*60)

// reminded is a reminder with everything that a line of it can say.
func reminded(more int) osms.Reminder {
	long := sample(1).Organisation
	last := osms.Submission{Import: 7, File: "63-full-2026-09-01.xlsx", Received: time.Date(2026, 9, 1, 20, 0, 0, 0, time.UTC), AsAt: 20260901}
	r := osms.Reminder{Region: 63, Month: 202610, Due: 20261007, Date: 20261008, Held: 2, Missing: []osms.Unsubmitted{
		{Organisation: long, State: osms.NothingCame, Persons: 1234, Last: last, Overdue: 1},
		{Organisation: osms.Organisation{BIN: 160940025485, NameKK: "Ә ә Ғ ғ Қ қ Ң ң Ө ө Ұ ұ Ү ү Һ һ І і колледжі"}, State: osms.NothingCame},
		{Organisation: osms.Organisation{BIN: 971240666596, Provisional: true}, State: osms.SubmissionRefused, Persons: 3, Last: last},
		{Organisation: osms.Organisation{BIN: 160440007161, NameKK: "Мектеп \U0001F600", NameRU: "Школа"}, State: osms.NothingCame},
		{Organisation: osms.Organisation{BIN: 70952133429}, State: osms.NothingCame},
	}}
	for i := range more {
		u := r.Missing[i%4]
		r.Missing = append(r.Missing, u)
	}
	return r
}

func remind(t testing.TB, r osms.Reminder) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteReminder(&out, r, almaty); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReminderGolden(t *testing.T) {
	const file = "testdata/reminder.golden.txt"
	got := text(t, remind(t, reminded(0)), "-raw")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the text differs from %s:\n%s", file, got)
	}
}

// TestReminderPages: whatever the number of lines, each is printed once, under
// heads, and the pages are counted right.
func TestReminderPages(t *testing.T) {
	for _, more := range []int{0, 4, 5, 6, 7, 8, 9, 30, 400} {
		r := reminded(more)
		pdf := remind(t, r)
		if !bytes.Equal(pdf, remind(t, r)) {
			t.Errorf("%d: two writes of one reminder differ", more)
		}
		pages := bytes.Count(pdf, []byte("/Type /Page\n"))
		got := text(t, pdf, "-raw")
		for _, u := range r.Missing[:5] {
			n := 0
			for _, m := range r.Missing {
				if m.Organisation.BIN == u.Organisation.BIN {
					n++
				}
			}
			// The organisation without a name is called by its BIN in both languages.
			if found := strings.Count(got, u.Organisation.BIN.Digits()); found != n && found != 3*n {
				t.Errorf("%d: %s stands %d times, want %d", more, u.Organisation.BIN, found, n)
			}
		}
		last := "Бет / Страница " + strconv.Itoa(pages) + " / " + strconv.Itoa(pages)
		if strings.Count(got, last) != 1 || !strings.HasSuffix(strings.TrimSpace(got), last) {
			t.Errorf("%d: %d pages do not end with %q", more, pages, last)
		}
	}
}

func TestReminderRefuses(t *testing.T) {
	if err := WriteReminder(&bytes.Buffer{}, osms.Reminder{Region: 63, Month: 202610, Due: 20261007, Date: 20261008}, almaty); !errors.Is(err, ErrEmpty) {
		t.Errorf("an empty reminder: %v", err)
	}
	for what, spoil := range map[string]func(*osms.Reminder){"region": func(r *osms.Reminder) { r.Region = 99 }, "month": func(r *osms.Reminder) { r.Month = 0 },
		"due": func(r *osms.Reminder) { r.Due = 0 }, "date": func(r *osms.Reminder) { r.Date = 0 }} {
		r := reminded(0)
		spoil(&r)
		var out bytes.Buffer
		if err := WriteReminder(&out, r, almaty); err == nil || out.Len() > 0 {
			t.Errorf("without a %s: %v, %d bytes", what, err, out.Len())
		}
	}
}
