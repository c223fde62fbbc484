package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// handedIn is one line of a list of applications. What it does not say is in
// order: every document is there and nothing has expired.
type handedIn struct {
	number, received string // "05.10.2026 10:00"
	person           osms.IIN
	name             string
	bin, previous    osms.BIN
	without          string // form, identity, study, consent
	identityUntil    string // last day of the identity document
	form             string // as the document about the study has it
	enrolled         string
}

func applicationsOf(list ...handedIn) []string {
	lines := []string{"№ заявления;Дата и время подачи;ИИН;ФИО;БИН организации;БИН прежней организации;Заявление;Удостоверение личности;" +
		"Удостоверение действительно до;Документ об обучении;Согласие;Форма обучения;Дата зачисления"}
	for _, a := range list {
		has := func(what string) string {
			if strings.Contains(a.without, what) {
				return "нет"
			}
			return "да"
		}
		if a.name == "" { // as rosterOf writes it
			a.name = "ТЕГІ" + strings.Repeat("Ә", int(a.person/10%7)+1) + " АТЫ" + strings.Repeat("Ү", int(a.person/10%5)+1)
		}
		previous := ""
		if a.previous != 0 {
			previous = a.previous.Digits()
		}
		if a.name == "" { // as the rosters of the tests write it
			a.name = "ТЕГІ" + strings.Repeat("Ә", int(a.person/10%7)+1) + " " + "АТЫ" + strings.Repeat("Ү", int(a.person/10%5)+1)
		}
		lines = append(lines, strings.Join([]string{a.number, a.received, a.person.Digits(), a.name, a.bin.Digits(), previous, has("form"), has("identity"),
			a.identityUntil, has("study"), has("consent"), a.form, a.enrolled}, ";"))
	}
	return lines
}

// worked lets the program do on cases what it may.
func (o *office) worked() (done CasesDone) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) (err error) {
		done, err = o.desk.WorkCases(ctx, t, quiet)
		return err
	})
	return done
}

// does does a step of a case by hand.
func (o *office) does(number osms.CaseNumber, s CaseStep) (c osms.Case, failed error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		s.At = t.Now
		if s.By == "" {
			s.By = "Ж. Үсенов"
		}
		if c, failed = o.desk.StepCase(ctx, t, number, s); failed != nil {
			return nil
		}
		_, err := o.desk.PrintOffice(ctx, quiet)
		return err
	})
	return c, failed
}

// only is the one case that a filter finds.
func (o *office) only(f store.CaseFilter) CaseAt {
	o.t.Helper()
	found, err := o.desk.Cases(o.t.Context(), f, o.now)
	if err != nil || len(found) != 1 {
		o.t.Fatalf("%d cases, %v", len(found), err)
	}
	return found[0]
}

// steps writes who did what and when, in the office's time.
func (o *office) steps(c osms.Case) string {
	var out []string
	for _, s := range c.Steps {
		out = append(out, fmt.Sprintf("%s %s %s", s.Step, s.At.In(o.desk.Zone).Format("01-02 15:04"), s.By))
	}
	return strings.Join(out, ", ")
}

// wantCode says that a step was not done, and why.
func wantCode(t *testing.T, what string, err error, code casework.StepCode) {
	t.Helper()
	if s, ok := err.(*casework.StepError); !ok || s.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// letterText is the text of a PDF with its spaces made one.
func letterText(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(rawText(t, path)), " ")
}

// rawText is the text of a PDF as it stands; a form feed ends a page.
func rawText(t *testing.T, path string) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is missing")
	}
	text, err := exec.Command(tool, "-raw", "-enc", "UTF-8", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// outgoing is a letter of the register by its number.
func (o *office) outgoing(number string) store.OfficeLetter {
	o.t.Helper()
	n, err := osms.ParseCaseNumber(number)
	if err != nil {
		o.t.Fatal(err)
	}
	l, err := o.desk.Store.OfficeLetterNumbered(o.t.Context(), n.Region, n.Year, n.Serial)
	if err != nil {
		o.t.Fatalf("%s: %v", number, err)
	}
	return l
}

func (o *office) document(l store.OfficeLetter, form string) []byte {
	o.t.Helper()
	b, err := o.desk.OfficeDocument(o.t.Context(), l, form)
	if err != nil {
		o.t.Fatalf("%s: %v", l.Outgoing(), err)
	}
	return b
}

// says reports the sentences that a letter does not say.
func (o *office) says(what string, l store.OfficeLetter, sentences ...string) {
	o.t.Helper()
	text := letterText(o.t, o.document(l, ".pdf"))
	for _, s := range sentences {
		if !strings.Contains(text, s) {
			o.t.Errorf("%s: %s %s does not say %q:\n%s", what, l.Kind, l.Outgoing(), s, text)
		}
	}
}

// register is the whole register of letters; its numbers have no gaps.
func (o *office) register() (out []store.RegisteredLetter) {
	o.t.Helper()
	type series struct {
		region osms.Region
		year   int
	}
	last := map[series]int64{}
	err := o.desk.Store.Register(o.t.Context(), store.LetterFilter{}, func(l store.RegisteredLetter, _ []byte) error {
		s := series{l.Region, l.Year}
		if last[s]++; l.Number != last[s] {
			o.t.Errorf("letter %s comes after %d of region %s and year %d", l.Outgoing(), last[s]-1, l.Region, l.Year)
			last[s] = l.Number
		}
		out = append(out, l)
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// kinds counts the letters of the register by kind.
func kinds(letters []store.RegisteredLetter) string {
	n := map[osms.LetterKind]int{}
	for _, l := range letters {
		n[l.Kind]++
	}
	var out []string
	for _, kind := range osms.LetterKinds {
		if n[kind] > 0 {
			out = append(out, fmt.Sprintf("%s %d", kind, n[kind]))
		}
	}
	return strings.Join(out, ", ")
}

// tree is every file under a folder with what is in it.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameTree reports files that differ.
func sameTree(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if g, w := sortedKeys(got), sortedKeys(want); !slices.Equal(g, w) {
		t.Errorf("%s: files\n%s\nwant\n%s", what, strings.Join(g, "\n"), strings.Join(w, "\n"))
	}
	for name, b := range want {
		if got[name] != b {
			t.Errorf("%s: %s has other bytes", what, name)
		}
	}
}
