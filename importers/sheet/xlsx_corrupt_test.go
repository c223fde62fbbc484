package sheet

import (
	"errors"
	"flag"
	"math/rand/v2"
	"testing"

	"osmsd/sync/osms"
)

var long = flag.Bool("long", false, "run the long tests")

// damages are the ways in which a copy goes wrong.
var damages = []struct {
	name string
	do   func(r *rand.Rand, b []byte) []byte
}{
	{"bit", func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	}},
	{"byte", func(r *rand.Rand, b []byte) []byte {
		b[r.IntN(len(b))] += byte(1 + r.IntN(255))
		return b
	}},
	{"cut", func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }},
	{"sector", func(r *rand.Rand, b []byte) []byte {
		at := r.IntN((len(b)+511)/512) * 512
		clear(b[at:min(len(b), at+512)])
		return b
	}},
}

// corruptible are workbooks of several makers, shapes and sizes.
func corruptible(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"shared":   bigWorkbook(t, 300, true),
		"inline":   bigWorkbook(t, 300, false),
		"tiny":     packed(t, parts(sheetXML(oneRow))...),
		"stored":   rawZip(entriesOf(with(rebuiltStyled(sheetXML(stylish)), rawPart{"docProps/app.xml", "<x/>"}))...),
		"excelize": excelizeWorkbook(t),
	}
}

// stylish has cells of every kind, a hidden row and formats.
const stylish = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>36000</v></c><c r="C1" s="2"><v>50101300123</v></c></row>` +
	`<row r="4" hidden="1"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><v>#N/A</v></c><c r="C4"><f>A1</f></c><c r="D4" t="inlineStr"><is><t>_x0001_</t></is></c></row>`

// A damaged copy is refused, or reads exactly as the original because the
// damage lies in what is not read: never something in between.
func TestCorruptedCopies(t *testing.T) {
	n := 100 // copies of each of the five workbooks
	if *long {
		n = 10_000
	}
	tally := map[string]int{}
	for name, original := range corruptible(t) {
		want, err := readWorkbook(original, Limits{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r := rand.New(rand.NewPCG(2026, uint64(len(original))))
		for i := range n {
			damage := damages[i%len(damages)]
			bad := damage.do(r, append([]byte(nil), original...))
			if string(bad) == string(original) {
				tally["unchanged "+damage.name]++
				continue
			}
			got, err := readWorkbook(bad, Limits{})
			var fe *osms.FileError
			switch {
			case err == nil && got != want:
				t.Fatalf("%s, %s %d: read differently without an error", name, damage.name, i)
			case err == nil:
				tally["read the same: "+damage.name]++
			case !errors.As(err, &fe):
				t.Fatalf("%s, %s %d: %v is no refusal", name, damage.name, i, err)
			default:
				tally["refused: "+damage.name]++
			}
		}
	}
	t.Logf("%d copies of each: %v", n, tally)
}
