package web

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

var updateTimeline = flag.Bool("update-timeline", false, "write the golden picture anew")

// fact is an enrolment between two days, known from one decision until another.
func fact(bin osms.BIN, from, until osms.Date, status osms.Status, known, knownUntil int64) jobs.PersonFact {
	return jobs.PersonFact{KnownFact: store.KnownFact{Fact: osms.Fact{BIN: bin, First: from,
		Span: osms.Span{From: from, Until: until, Facts: osms.Facts{Form: osms.FullTime, Status: status}}}, KnownFrom: known, KnownUntil: knownUntil}}
}

func statusOf(f jobs.PersonFact) string {
	return catalogue().Word("ru", "status", string(f.Facts.Status))
}

// smallHistory: a student who was believed to study at one college; then it was
// learnt that she had moved to another in the middle of September and took leave
// there in October.
func smallHistory() ([]jobs.PersonFact, map[int64]osms.Date) {
	const first, second = 60340001234, 60340005678
	return []jobs.PersonFact{
		fact(first, 20260901, osms.Forever, osms.Studying, 12, 40),
		fact(first, 20260901, 20260914, osms.Studying, 40, 0),
		fact(second, 20260915, osms.Forever, osms.Studying, 40, 57),
		fact(second, 20260915, 20261019, osms.Studying, 57, 0),
		fact(second, 20261020, osms.Forever, osms.AcademicLeave, 57, 0),
	}, map[int64]osms.Date{12: 20260901, 40: 20261005, 57: 20261103}
}

// TestTimelineGolden draws a small history, as known on a day and true on another.
func TestTimelineGolden(t *testing.T) {
	facts, learnt := smallHistory()
	all, err := parsePages()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := all["ru"]["person"].ExecuteTemplate(&b, "timeline", timelineOf(facts, learnt, 20261122, 20261001, 45, statusOf)); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/timeline.svg"
	if *updateTimeline {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("drawn otherwise (-update-timeline writes it anew):\n%s", b.String())
	}
}

// TestTimelineTwoTimes: a box spans what was true from left to right, and when it
// was believed from top to bottom; what is believed still reaches the bottom.
func TestTimelineTwoTimes(t *testing.T) {
	facts, learnt := smallHistory()
	l := timelineOf(facts, learnt, 20261122, 0, 0, statusOf)
	if len(l.Boxes) != 5 || len(l.Rows) != 3 || len(l.Organisations) != 2 || l.At != 0 || l.Known != 0 || l.Today == 0 {
		t.Fatalf("drawn %+v", l)
	}
	first, short, second := l.Boxes[0], l.Boxes[1], l.Boxes[2]
	if first.Y >= short.Y || first.Y+first.Height > short.Y || short.Y != second.Y {
		t.Errorf("known times: %+v, %+v, %+v", first, short, second)
	}
	if short.X+short.Width != second.X || first.X != short.X || first.X+first.Width != l.Right || !first.Leads {
		t.Errorf("valid times: %+v, %+v, %+v", first, short, second)
	}
	for i, still := range []bool{false, true, false, true, true} {
		if b := l.Boxes[i]; (b.Y+b.Height+2 == l.Bottom) != still {
			t.Errorf("box %d ends at %d of %d", i, b.Y+b.Height, l.Bottom)
		}
	}
	if none := timelineOf(nil, nil, 20261122, 0, 0, statusOf); len(none.Boxes) != 0 || none.Height != 0 {
		t.Errorf("of nothing: %+v", none)
	}
}

// TestTimelineLong: of a long history the last decisions are drawn, in every year
// alike, and nothing lies outside the picture.
func TestTimelineLong(t *testing.T) {
	var facts []jobs.PersonFact
	learnt := map[int64]osms.Date{}
	day := osms.Date(20100901)
	for i := range int64(60) {
		learnt[i+1] = day
		until := int64(0)
		if i < 59 {
			until = i + 2
		}
		facts = append(facts, fact(osms.BIN(1+i%5), day, day.Add(int(i)*3), osms.Studying, i+1, until))
		day = day.Add(97)
	}
	l := timelineOf(facts, learnt, 20261122, 20150101, 3, statusOf)
	if len(l.Rows) != mostRows || l.Earlier != 60-mostRows || len(l.Months) < 4 || len(l.Months) > 12 {
		t.Errorf("%d rows, %d left out, %d marks", len(l.Rows), l.Earlier, len(l.Months))
	}
	for _, b := range l.Boxes {
		if b.X < l.Left || b.X+b.Width > l.Right+2 || b.Y < l.Top || b.Y+b.Height > l.Bottom || b.Height <= 0 {
			t.Fatalf("outside: %s", fmt.Sprintf("%+v", b))
		}
	}
}
