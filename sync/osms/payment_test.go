package osms_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

// TestAppendPosting: the spelling is fixed, since digests that are kept depend
// on it.
func TestAppendPosting(t *testing.T) {
	name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ !-~Ѐ-ӿ]*`), rapid.StringMatching(`["\\А-яӘ-ә]*[\xd0-\xd3]?`))
	rapid.Check(t, func(t *rapid.T) {
		p := osms.Posting{Place: osms.Place{Sheet: rapid.Int32().Draw(t, "sheet"), Row: rapid.Int32().Draw(t, "row")},
			Number: rapid.Int32().Draw(t, "number"), Person: osms.IIN(rapid.Uint64Range(0, 999999999999).Draw(t, "person")),
			Given: rapid.String().Draw(t, "given"), Name: name.Draw(t, "name"), Birth: 20061211, Month: 202610, Region: 63,
			Amount: osms.Tiyn(rapid.Int64().Draw(t, "amount")), KNP: rapid.String().Draw(t, "knp"),
			Returned: rapid.Bool().Draw(t, "returned"), Reverses: rapid.String().Draw(t, "reverses")}
		want := fmt.Sprintf("x%d|%d|%d|%s|%q|%q|%d|%d|%d|%d|%q|%t|%q\n", p.Sheet, p.Row, p.Number, p.Person.Digits(), p.Given, p.Name,
			int(p.Birth), int(p.Month), int(p.Region), int64(p.Amount), p.KNP, p.Returned, p.Reverses)
		if got := string(osms.AppendPosting([]byte("x"), &p)); got != want {
			t.Fatalf("got  %swant %s", got, want)
		}
	})
}
