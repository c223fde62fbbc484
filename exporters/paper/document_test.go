package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// everything is a document with all that a document can have.
func everything(t testing.TB, runs bool, pages int) []byte {
	t.Helper()
	d := New(Options{Title: "Хабарламалар (\\) 😀", Date: 20261001, Runs: runs})
	to := make([]Target, pages)
	d.NewPage()
	for i := range to {
		to[i] = d.NewTarget()
	}
	d.Outline("Мазмұны", 0)
	for i := range min(pages, 90) {
		d.Print(Set(Regular(), 8, 60, Left, fmt.Sprintf("Бет %d", i+2)), 20, 10+3*float64(i))
		d.Link(20, 10+3*float64(i), 60, 3, to[i])
	}
	for i, target := range to {
		d.NewPage()
		d.Place(target)
		d.Outline(fmt.Sprintf("Бет %d", i+2), i%3)
		d.Shade(20, 20, 50, 10, 240)
		d.Rule(20, 30, 70, 30, 0.2, 120)
		d.Dots(20, 40, 30, 1.5)
		d.Squares(150, 20, 30, 21, func(row, column int) bool { return (row*column+i)%3 != 0 })
		title := Set(Bold(), 14, 100, Centre, "ХАБАРЛАМА")
		title.Role = "H1"
		y := 50 + d.Print(title, 20, 50)
		for _, lang := range []string{"kk", "ru", ""} {
			d.Language(lang)
			y += d.Print(Set(Regular(), 11, 60, Justified, strings.Repeat("Әр ұйымның (өз) тізімі / список \\ организации – ", 4)), 20, y)
			for row := range 2 {
				for column := range 3 {
					cell := Set(Regular(), 9, 30, Right, fmt.Sprintf("%d·%d", row, column))
					if cell.Role = "TD"; row == 0 {
						cell.Role = "TH"
					}
					d.Print(cell, 20+30*float64(column), y)
				}
				y += 5
			}
			item := Set(Regular(), 9, 90, Left, "– бір")
			item.Role = "LI"
			y += d.Print(item, 20, y)
			y += d.Print(item, 20, y)
		}
		d.Line(Regular(), 9, 20, 280, "Соңы Ω ѣ")
		foot := Set(Regular(), 8, 90, Left, fmt.Sprintf("%d-бет", i+2))
		foot.Role = RoleArtifact
		d.Print(foot, 20, 285)
	}
	d.Attach("б.json", []byte(`{"a": 1}`))
	d.Attach("a.csv", bytes.Repeat([]byte("a;b\n"), 5000))
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSound: the structure of a document holds in every size and way of tagging,
// and the same input gives the same bytes.
func TestSound(t *testing.T) {
	for _, runs := range []bool{false, true} {
		for _, pages := range []int{1, 3, 63, 64, 200} {
			pdf := everything(t, runs, pages)
			objects := checkSound(t, pdf)
			if !bytes.Equal(pdf, everything(t, runs, pages)) {
				t.Errorf("%d pages: two writes differ", pages)
			}
			roles := map[string]int{}
			for _, o := range objects {
				if role := value(o.dict, `^<</S/([A-Za-z0-9]+)`); role != "" {
					roles[role]++
				}
			}
			for role, want := range map[string]int{"Document": 1, "Sect": pages + 1, "H1": pages, "Table": 3 * pages, "TR": 6 * pages, "TH": 9 * pages, "TD": 9 * pages,
				"L": 3 * pages, "LI": 6 * pages, "Link": min(pages, 90)} {
				if roles[role] != want {
					t.Errorf("%d pages: %d elements %s, want %d", pages, roles[role], role, want)
				}
			}
			if want := 4*pages + min(pages, 90); !runs && roles["P"] != want {
				t.Errorf("%d pages: %d paragraphs, want %d", pages, roles["P"], want)
			}
		}
	}
}

// TestRunsAreSmaller: in runs, blocks of one role and language are one element.
func TestRunsAreSmaller(t *testing.T) {
	write := func(runs bool) (n int) {
		d := New(Options{Title: "Ә", Date: 20261001, Runs: runs})
		for range 3 {
			d.NewPage()
			d.Shade(20, 20, 60, 5, 240)
			for i := range 10 {
				d.Language([]string{"kk", "ru"}[i/5])
				d.Print(Set(Regular(), 9, 60, Left, "Бір абзац"), 20, 20+5*float64(i))
			}
		}
		var out bytes.Buffer
		if err := d.Write(&out); err != nil {
			t.Fatal(err)
		}
		for _, o := range checkSound(t, out.Bytes()) {
			if strings.HasPrefix(o.dict, "<</S/P") {
				n++
			}
		}
		return n
	}
	if each, run := write(false), write(true); each != 30 || run != 6 {
		t.Errorf("%d elements for each block and %d for runs, want 30 and 6", each, run)
	}
}

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: install poppler-utils", name)
		}
		t.Skipf("%s is missing", name)
	}
	var complaints bytes.Buffer
	c := exec.Command(path, args...)
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v: %s", name, err, complaints.String())
	}
	return string(out)
}

func saved(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestReaders: another program reads the text, the tags, their languages, the
// fonts, the outline with its levels, the links and the files.
func TestReaders(t *testing.T) {
	file := saved(t, everything(t, false, 3))
	for _, want := range []string{"Tagged:          yes", "Pages:           4", "Title:           Хабарламалар (\\) 😀", "Producer:        osmsd", "Thu Oct  1 12:00:00 2026"} {
		if got := tool(t, "pdfinfo", file); !strings.Contains(strings.ReplaceAll(got, " UTC", ""), want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
	}
	fonts := strings.Split(strings.TrimSpace(tool(t, "pdffonts", file)), "\n")
	if len(fonts) != 4 {
		t.Errorf("fonts: %q", fonts)
	}
	for _, line := range fonts[2:] {
		if !strings.Contains(line, "+LiberationSerif") || !strings.Contains(line, "CID TrueType      Identity-H       yes yes yes") {
			t.Errorf("a font: %s", line)
		}
	}
	paragraph := strings.TrimSpace(strings.Repeat("Әр ұйымның (өз) тізімі / список \\ организации – ", 4))
	structure := tool(t, "pdfinfo", "-struct-text", file)
	for want, n := range map[string]int{"Sect": 4, "H1 (block)": 3, "Table (block)": 9, "TR": 18, "TH": 27, "TD": 27, "L (block)": 9, "LI (block)": 18,
		"Link (inline)": 3, "\"Соңы Ω ѣ\"": 3, "\"2-бет\"": 0} {
		got := 0
		for line := range strings.SplitSeq(structure, "\n") {
			if strings.TrimSpace(line) == want {
				got++
			}
		}
		if got != n {
			t.Errorf("%s %d times, want %d:\n%s", want, got, n, structure)
		}
	}
	if n := strings.Count(strings.Join(strings.Fields(strings.ReplaceAll(structure, "\"", "")), " "), paragraph); n != 9 {
		t.Errorf("the paragraph stands %d times in the structure, want 9:\n%s", n, structure)
	}
	text := strings.Join(strings.Fields(tool(t, "pdftotext", "-raw", "-enc", "UTF-8", file, "-")), " ")
	if strings.Count(text, paragraph) != 9 || strings.Count(text, "Соңы Ω ѣ") != 3 || strings.Count(text, "ХАБАРЛАМА") != 3 {
		t.Errorf("read back: %s", text)
	}
	outline := tool(t, "pdftohtml", "-xml", "-stdout", "-i", file)
	for _, want := range []string{"<item page=\"1\">Мазмұны</item>\n<item page=\"2\">Бет 2</item>\n<outline>\n<item page=\"3\">Бет 3</item>\n<outline>\n<item page=\"4\">Бет 4</item>",
		"#2\">Бет 2</a>", "#4\">Бет 4</a>"} {
		if !strings.Contains(outline, want) {
			t.Errorf("%q is not in %s", want, outline)
		}
	}
	if got := tool(t, "pdfdetach", "-list", file); !strings.Contains(got, "2 embedded files") || !strings.Contains(got, "б.json") {
		t.Errorf("files: %s", got)
	}
}

// TestLanguages: a block in another language than the document's says so.
func TestLanguages(t *testing.T) {
	objects := checkSound(t, everything(t, false, 2))
	n := map[string]int{}
	for _, o := range objects {
		n[value(o.dict, `^<</S/.*/Lang\((..)\)`)]++
	}
	// A paragraph, six cells and two items in Russian on each page; the document itself.
	if n["ru"] != 2*9 || n["kk"] != 1 {
		t.Errorf("%d elements in Russian, %d in Kazakh", n["ru"], n["kk"])
	}
}

// TestLettersBeyondTheFixedSubset: a document with a letter that the fixed subset
// lacks has its own, and the others keep the fixed one.
func TestLettersBeyondTheFixedSubset(t *testing.T) {
	made := func(s string) []byte {
		d := New(Options{Title: "Ә", Date: 20261001})
		d.NewPage()
		d.Print(Set(Regular(), 11, 150, Left, s), 20, 20)
		d.Print(Set(Bold(), 11, 150, Left, "ҚҰЖАТ"), 20, 90)
		var out bytes.Buffer
		if err := d.Write(&out); err != nil {
			t.Fatal(err)
		}
		checkSound(t, out.Bytes())
		return out.Bytes()
	}
	var all strings.Builder
	for r := rune('!'); r < 0xFFFF; r++ {
		if Regular().Has(r) && Clean(string(r)) == string(r) && (r < 0x2500 && r >= 0x370 || r < 0x250) && (r < 0x590 || r > 0x6FF) {
			all.WriteRune(r)
			if all.Len()%40 < 2 {
				all.WriteByte(' ')
			}
		}
	}
	file := saved(t, made(all.String()))
	got := strings.Join(strings.Fields(tool(t, "pdftotext", "-raw", "-enc", "UTF-8", file, "-")), "")
	if want := strings.ReplaceAll(all.String(), " ", "") + "ҚҰЖАТ"; strings.ReplaceAll(got, "\u00a0", "") != strings.ReplaceAll(want, "\u00a0", "") {
		t.Errorf("read back %s,\nwant %s", got, want)
	}
	plain, greek := objectOf(t, made("Әріп")), objectOf(t, made("Әріп Ω"))
	if plain[0] == greek[0] || plain[1] != greek[1] {
		t.Error("the fonts are not the fixed ones, or the same in spite of another letter")
	}
	if again := objectOf(t, made("Тағы бір құжат")); again != plain {
		t.Error("two documents of the fixed letters have other fonts")
	}
}

// objectOf gives the files of both fonts.
func objectOf(t *testing.T, pdf []byte) (fonts [2]string) {
	objects := read(t, pdf)
	return [2]string{string(objects[objectRegular+3].stream), string(objects[objectBold+3].stream)}
}

// TestSubset: every letter of a subset has the shape that the font gives it,
// also where it is put together from parts.
func TestSubset(t *testing.T) {
	for _, f := range faces() {
		b := f.subset(f.fixed)
		if sum(b) != 0xB1B0AFBA {
			t.Errorf("face %q: the sum of the file is wrong", f.style)
		}
		small := &Face{ttf: b, tables: map[string][]byte{}}
		for i := range u16(b, 4) {
			at := 12 + 16*i
			data := b[u32(b, at+8):][:u32(b, at+12)]
			small.tables[string(b[at:at+4])] = data
			if got := sum(data); string(b[at:at+4]) != "head" && got != uint32(u32(b, at+4)) {
				t.Errorf("face %q: the sum of %s is wrong", f.style, b[at:at+4])
			}
		}
		composite := 0
		var same func(a, b uint16) bool
		same = func(a, b uint16) bool {
			x, y := f.shape(a), small.shape(b)
			if len(x) == 0 {
				return len(y) == 0
			}
			if !bytes.Equal(x[:10], y[:10]) {
				return false
			}
			var of, in []uint16
			parts(x, func(at int) { of = append(of, uint16(u16(x, at))) })
			parts(y, func(at int) { in = append(in, uint16(u16(y, at))) })
			if len(of) != len(in) {
				return false
			}
			if at := 10 + 2*int(int16(u16(x, 0))); at >= 10 { // no parts: ends of contours, instructions, points
				if !bytes.Equal(x[:at], y[:at]) || u16(y, at) != 0 || !bytes.HasPrefix(y[at+2:], x[at+2+u16(x, at):]) {
					return false
				}
			}
			if len(of) > 0 {
				composite++
			}
			for i := range of {
				if !same(of[i], in[i]) {
					return false
				}
			}
			return true
		}
		for code, glyph := range f.fixed {
			wide, bearing := f.metric(glyph)
			if w, l := small.metric(uint16(code)); w != wide || l != bearing || !same(glyph, uint16(code)) {
				t.Errorf("face %q: code %d is not glyph %d", f.style, code, glyph)
			}
		}
		if composite == 0 {
			t.Errorf("face %q: no letter is put together from parts: the test says nothing of them", f.style)
		}
	}
}

// TestUnicodeMap: each code leads back to its letter, and no range changes an
// upper byte, which the format forbids.
func TestUnicodeMap(t *testing.T) {
	letters := []rune{0}
	for r := rune(0xE0); r < 0x480; r++ {
		letters = append(letters, r)
	}
	found := 0
	for _, m := range regexp.MustCompile(`<(....)><(....)><(....)>`).FindAllStringSubmatch(string(unicodeMap(letters)), -1) {
		var n [3]int
		for i := range n {
			if _, err := fmt.Sscanf(m[1+i], "%X", &n[i]); err != nil {
				t.Fatal(err)
			}
		}
		last := n[2] + n[1] - n[0]
		if n[0]>>8 != n[1]>>8 || n[2]>>8 != last>>8 {
			t.Errorf("the range %v crosses a byte", n)
		}
		for code := n[0]; code <= n[1]; code++ {
			if found++; int(letters[code]) != n[2]+code-n[0] {
				t.Errorf("code %d is %c", code, letters[code])
			}
		}
	}
	if found != len(letters)-1 {
		t.Errorf("%d codes, want %d", found, len(letters)-1)
	}
}

// TestSquares: the squares stand where they should, and neighbours in a row are
// one rectangle. A millimetre is 2.8346 points.
func TestSquares(t *testing.T) {
	d := New(Options{Date: 20261001})
	d.NewPage()
	d.Shade(0, 0, 10, 10, 255)
	d.Squares(20, 30, 30, 3, func(row, column int) bool { return row == 0 && column == 0 || row == 2 && column > 0 })
	want := "/Artifact BMC\n1 g\n0 813.5 28.3 28.3 re f\n0 g\n56.69 728.5 28.35 28.35 re\n85.04 671.81 56.69 28.35 re\nf\nEMC\n"
	if got := string(d.page.content()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func BenchmarkFixedFonts(b *testing.B) {
	for b.Loop() {
		Regular().objects(nil)
	}
}
