package jobs

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestIssuedLetters: letters of bundles made again one by one say what the bundle
// says, whatever the register learned since; several are printed together, a page
// each; whose data are blocked is left out.
func TestIssuedLetters(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.desk.Casework.Covering = true
		a, _, class := guardedOffice(t, o, 6)
		if _, err := o.letters(); err != nil {
			t.Fatal(err)
		}
		whole := ""
		for name, b := range tree(t, o.desk.Home.Letters) {
			if strings.HasSuffix(name, ".pdf") {
				whole += letterText(t, []byte(b)) + " "
			}
		}
		all := o.register()
		// Later news change nothing in what was issued.
		o.take(63, "63-full-2026-11-01.csv", rosterOf(append(slices.Clone(class[1:]), learner{iin: class[0].iin, bin: a, surname: "Жаңаев", given: "Жаңа"})...)...)
		if _, err := o.letters(); err != nil {
			t.Fatal(err)
		}
		slices.Reverse(all)
		issued, err := o.desk.IssuedLetters(t.Context(), all)
		if err != nil || len(issued) != len(all) || len(all) < 6 {
			t.Fatalf("%d of %d: %v", len(issued), len(all), err)
		}
		for i, l := range issued {
			if l.Outgoing() != all[i].Outgoing() || l.Content.Number != l.Outgoing() {
				t.Errorf("%s stands at the place of %s", l.Content.Number, all[i].Outgoing())
			}
			for _, h := range l.Content.Halves {
				for _, p := range append(slices.Clone(h.Body), h.Subject) {
					if !strings.Contains(strings.ReplaceAll(whole, "- ", ""), strings.Join(strings.Fields(p), " ")) {
						t.Errorf("%s: %q is not in what was issued", l.Outgoing(), p)
					}
				}
			}
			for _, form := range []string{".pdf", ".docx"} {
				if b, err := o.desk.IssuedDocument(t.Context(), l, form); err != nil || len(b) < 1000 {
					t.Errorf("%s%s: %d bytes, %v", l.Outgoing(), form, len(b), err)
				}
			}
		}
		var pdf bytes.Buffer
		if err := PrintSeveral(&pdf, issued, 20261101); err != nil {
			t.Fatal(err)
		}
		if n := pagesOf(t, pdf.Bytes()); n != len(issued) {
			t.Errorf("%d letters on %d pages", len(issued), n)
		}
		notified := all[slices.IndexFunc(all, func(l store.RegisteredLetter) bool { return l.Person != 0 })]
		o.run(func(ctx context.Context, turn Turn) error {
			_, err := o.desk.Block(ctx, turn, notified.Person, false, "өтініш")
			return err
		})
		if issued, err = o.desk.IssuedLetters(t.Context(), all); err != nil || len(issued) != len(all)-1 {
			t.Errorf("%d of %d: %v", len(issued), len(all), err)
		}
	})
}

func pagesOf(t *testing.T, pdf []byte) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return strings.Count(rawText(t, path), "\f")
}

// TestNoteAll: many looks are written together or not at all, and the chain holds.
func TestNoteAll(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		var lines []osms.Access
		for n := range 3 {
			lines = append(lines, osms.Access{At: o.now, Who: "әкімдік", What: AccessLetter, Person: student(t, n), Ground: GroundArticle9})
		}
		if err := o.desk.NoteAll(t.Context(), lines); err != nil {
			t.Fatal(err)
		}
		n := 0
		err := o.desk.Store.EachAccess(t.Context(), store.AccessesAsked{}, func(a osms.Access) error {
			if n++; a.Person != student(t, n-1) || a.What != AccessLetter {
				t.Errorf("%+v", a)
			}
			return nil
		})
		if err != nil || n != 3 {
			t.Errorf("%d lines, %v", n, err)
		}
		o.verified()
	})
}
