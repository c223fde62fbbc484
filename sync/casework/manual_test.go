package casework_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"osmsd/sync/calendar"
	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write the answers in testdata/cases anew")

// TestManual plays the stories of testdata/cases. A line that begins with "> " is
// the program's answer to the lines above it; README.txt there names the lines.
func TestManual(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(paths) < 5 {
		t.Fatal("no stories", err)
	}
	for _, path := range paths {
		if filepath.Base(path) == "README.txt" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		played := play(t, path, string(text))
		if *update {
			if err := os.WriteFile(path, []byte(played), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, got := strings.Split(string(text), "\n"), strings.Split(played, "\n")
		for i := range max(len(want), len(got)) {
			w, g := "", ""
			if i < len(want) {
				w = want[i]
			}
			if i < len(got) {
				g = got[i]
			}
			if w != g && !*update {
				t.Errorf("%s:%d:\n got %s\nwant %s", path, i+1, g, w)
				break
			}
		}
	}
}

const (
	provider = osms.BIN(101140000019)
	previous = osms.BIN(990240000222)
)

// story is one case with everything around it.
type story struct {
	t        testing.TB
	cal      *calendar.Calendar
	hours    calendar.Hours
	texts    map[string][]byte
	findings casework.Findings
	at       time.Time
	opened   osms.Case
	now      osms.Case
	steps    []casework.StepRecord
	hearing  bool
}

func newStory(t testing.TB) *story {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		t.Fatal(err)
	}
	name := osms.Name{Surname: "Әлиева", Given: "Гүлнұр"}
	return &story{t: t, cal: calendar.Default(), hours: calendar.OfficeHours(zone), texts: map[string][]byte{},
		findings: casework.Findings{Provider: true, InRoster: true, RosterForm: osms.FullTime, Registered: name,
			Application: osms.Application{Person: 60515600017, Name: name, BIN: provider, Form: true, Identity: true, Study: true, Consent: true}}}
}

func (s *story) rule() law.Rule {
	texts, err := law.Load(s.texts)
	if err != nil {
		s.t.Fatal(err)
	}
	return texts.At(osms.DateOf(s.at.In(s.hours.Zone)))
}

func play(t *testing.T, path, text string) string {
	var out []string
	s := newStory(t)
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "> ") {
			continue
		}
		out = append(out, line)
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case words[0] == "==":
			s = newStory(t)
		default:
			answer, err := s.line(words)
			if err != nil {
				t.Fatalf("%s:%d: %s: %v", path, i+1, line, err)
			}
			for _, a := range answer {
				out = append(out, "> "+a)
			}
		}
	}
	return strings.Join(out, "\n")
}

// line plays one line; its answer is empty for a line that only states something.
func (s *story) line(w []string) ([]string, error) {
	a := &s.findings.Application
	rest := strings.Join(w[1:], " ")
	switch w[0] {
	case "without":
		return nil, s.without(rest)
	case "identity", "study", "enrolled": // identity until 2026-11-17, study dated …, enrolled on …
		day, err := osms.ParseDate(w[2])
		switch w[0] {
		case "identity":
			a.IdentityUntil = day
		case "study":
			a.StudyDated = day
		default:
			a.EnrolledOn = day
		}
		return nil, err
	case "previous":
		a.Previous = map[string]osms.BIN{"another": previous, "same": provider}[rest]
	case "name":
		a.Name = osms.Name{Surname: w[1], Given: w[2]}
	case "document":
		a.StudyForm = osms.StudyForm(rest)
	case "roster":
		s.findings.InRoster, s.findings.RosterForm = rest != "none", osms.StudyForm(strings.TrimPrefix(rest, "none"))
	case "event": // event court_ban 2026-01-01 2026-12-31
		on, err := osms.ParseDate(w[2])
		until := osms.Forever
		if len(w) > 3 && err == nil {
			until, err = osms.ParseDate(w[3])
		}
		s.findings.Events = append(s.findings.Events, osms.Event{Kind: osms.EventKind(w[1]), On: on, Until: until})
		return nil, err
	case "blocked":
		s.findings.Blocked = true
	case "hearing":
		s.hearing = rest == "on"
	case "rule":
		return nil, s.changed(rest)
	case "calendar": // calendar 2026-11-19 off
		c, err := calendar.Load([]byte("year,day,kind,why\n2026," + w[1] + "," + w[2] + ",an operator's file\n"))
		s.cal = c
		return nil, err
	case "received":
		return s.received(rest)
	case "do":
		return s.do(w[1:])
	case "check":
		day, err := osms.ParseDate(w[1])
		s.findings.Day, s.findings.Answer, s.findings.LeftOn = day, s.now.Answer, s.now.LeftOn
		return []string{verdict(casework.Check(s.findings, s.rule()))}, err
	case "clock":
		at, err := s.moment(rest)
		return []string{clock(casework.ClockAt(s.now, s.hearing, at, s.rule(), s.cal, s.hours))}, err
	default:
		return nil, errors.New("unknown line")
	}
	return nil, nil
}

func (s *story) without(what string) error {
	a := &s.findings.Application
	switch what {
	case "form":
		a.Form = false
	case "identity":
		a.Identity = false
	case "study":
		a.Study = false
	case "consent":
		a.Consent = false
	case "provider":
		s.findings.Provider = false
	case "register":
		s.findings.Registered = osms.Name{}
	default:
		return errors.New("unknown")
	}
	return nil
}

// changed puts an operator's file in the place of the program's.
func (s *story) changed(what string) error {
	change := map[string][3]string{
		"study documents are good for 30 days":   {"documents.csv", ",оқу туралы құжат (анықтама),документ (справка) об обучении,,", ",оқу туралы құжат (анықтама),документ (справка) об обучении,30,"},
		"the term runs from the moment":          {"terms.csv", ",after_day,", ",from_moment,"},
		"there is no ground 3":                   {"grounds.csv", "2022-11-01,,ru,3,", "2022-11-01,2022-11-30,ru,3,"},
		"nobody is asked for a study document":   {"documents.csv", ",,no,study_document,", ",2022-11-30,no,study_document,"},
		"five minutes are enough for the office": {"steps.csv", ",office,20,", ",office,5,"},
	}[what]
	text, err := os.ReadFile(filepath.Join("../law/data", change[0]))
	if err == nil && !strings.Contains(string(text), change[1]) {
		err = errors.New("nothing to change")
	}
	s.texts[change[0]] = []byte(strings.ReplaceAll(string(text), change[1], change[2]))
	return err
}

func (s *story) moment(text string) (time.Time, error) {
	layout := "2006-01-02 15:04"
	if len(text) > len(layout) {
		layout += ":05"
	}
	return time.ParseInLocation(layout, text, s.hours.Zone)
}

func (s *story) received(text string) ([]string, error) {
	at, err := s.moment(text)
	if err != nil {
		return nil, err
	}
	s.at = at
	by := casework.Accept(s.findings.Application, at, s.rule(), s.cal, s.hours)
	s.opened = casework.Open(s.findings.Application, at, by, 63, osms.FromList)
	s.now = s.opened
	answer := []string{fmt.Sprintf("counts as received %s; %d working day(s), until %s", by.Counted, by.Days, by.Deadline.Format("2006-01-02 15:04"))}
	for _, l := range by.Lacks {
		answer = append(answer, "lacks "+string(l))
	}
	return answer, nil
}

// do plays: do STEP TIME WHO [notified | refused GROUND REASON | ANSWER [DAY]]; "as checked" takes the verdict.
func (s *story) do(w []string) ([]string, error) {
	at, err := s.moment(w[1] + " " + w[2])
	if err != nil {
		return nil, err
	}
	step, d := osms.StepDone{Step: osms.CaseStep(w[0]), At: at}, casework.Decision{Hearing: s.hearing}
	if len(w) > 3 && w[3] != "nobody" {
		step.By = w[3]
	}
	if len(w) > 4 {
		switch w[4] {
		case "as": // as checked
			v := casework.Check(s.findings, s.rule())
			d.Outcome, d.Ground, d.Reason = v.Outcome, v.Ground, v.Reason
		case "notified", "refused":
			d.Outcome = osms.CaseOutcome(w[4])
			if len(w) > 6 {
				n, _ := strconv.Atoi(w[5])
				d.Ground, d.Reason = osms.Ground(n), osms.CaseReason(w[6])
				step.Note = strings.Join(w[7:], " ")
			}
		case "letter":
			d.Letter = w[5]
		default:
			d.Answer = osms.Answer(w[4])
			if len(w) > 5 {
				if d.LeftOn, err = osms.ParseDate(w[5]); err != nil {
					return nil, err
				}
			}
		}
	}
	after, err := casework.Do(s.now, step, d)
	if err != nil {
		var wrong *casework.StepError
		if !errors.As(err, &wrong) || !reflect.DeepEqual(after, s.now) {
			s.t.Errorf("%v: %v", w, err)
		}
		return []string{"not done: " + string(wrong.Code)}, nil
	}
	s.now, s.steps = after, append(s.steps, casework.StepRecord{Done: step, Decision: d})
	if folded, err := casework.Fold(s.opened, s.steps); err != nil || !reflect.DeepEqual(folded, s.now) {
		s.t.Errorf("%v: folded %+v, %v", w, folded, err)
	}
	if casework.IsClosed(after) {
		return []string{strings.TrimSpace("closed: " + string(after.Outcome) + " " + after.Letter)}, nil
	}
	var names []string
	for _, n := range casework.Next(after, s.hearing) {
		names = append(names, string(n))
	}
	return []string{"next " + strings.Join(names, ", ")}, nil
}

func verdict(v casework.Verdict) string {
	if v.Ground == 0 {
		return string(v.Outcome)
	}
	return fmt.Sprintf("%s on ground %d: %s", v.Outcome, v.Ground, v.Reason)
}

func clock(k casework.Clock) string {
	left := fmt.Sprintf("%d d %d h %d min left", k.Left.Days, k.Left.Hours, k.Left.Minutes)
	if k.Left.Late {
		left = strings.Replace(left, "left", "late", 1)
	}
	if k.Step == "" {
		return fmt.Sprintf("%s, %s", k.State, left)
	}
	return fmt.Sprintf("%s: %s by %s, %d of %d minutes, %d left; of the term %s", k.State, k.Step, k.By, k.StepSpent, k.StepBudget, k.StepLeft, left)
}
