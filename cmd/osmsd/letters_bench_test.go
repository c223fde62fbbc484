package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"text/tabwriter"
	"time"

	"osmsd/exporters/letter"
	"osmsd/importers/intake"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

var (
	benchBundle = flag.Int("bundle", letter.MaxLetters, "notifications in the one document of BenchmarkLetters")
	benchSingle = flag.Int("single", 1000, "documents of one letter in BenchmarkLetters")
	benchMerged = flag.Int("merged", 1000, "letters that LibreOffice merges in BenchmarkLetters into one document; a tenth of them as single ones")
)

// BenchmarkLetters makes letters on one core: one bundle, single files as the
// program hands them out (a temporary file, fsync, a rename, fsync of the folder)
// and the same without fsync; and in the same run has LibreOffice merge the same
// notification, made a template of by testdata/mailmerge/merge.py. Without
// soffice and Python's uno that part is left out.
//
//	go test ./cmd/osmsd -run '^$' -bench Letters -benchtime 1x -timeout 1h
func BenchmarkLetters(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	texts := letter.Default()
	bundle := benchLetters(max(*benchBundle, *benchSingle, *benchMerged))
	single := func(i int) (l osms.LetterBundle) {
		l = bundle
		l.Letters = bundle.Letters[i : i+1]
		return l
	}
	kinds := []struct {
		name, ext string
		write     func(io.Writer, int) error
	}{
		{"notifications", ".pdf", func(w io.Writer, i int) error { return texts.WriteNotification(w, single(i)) }},
		{"refusals", ".pdf", func(w io.Writer, i int) error { return texts.WriteOffice(w, benchRefusal(bundle, i)) }},
		{"notifications", ".docx", func(w io.Writer, i int) error { return texts.WriteBundleDOCX(w, single(i)) }},
	}
	for range b.N {
		var out bytes.Buffer
		t := tabwriter.NewWriter(&out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, "\tletters/s\tper s of processor\tbytes a letter\tpeak memory, MiB")
		row := func(name string, p passed) {
			fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%d\t%.0f\n", name, p.rate(), float64(p.letters)/p.cpu.Seconds(), p.size/p.letters, p.peak)
		}
		dir := b.TempDir()
		whole := timed(b, *benchBundle, func() (int, error) {
			of := bundle
			of.Letters = of.Letters[:*benchBundle]
			var pdf bytes.Buffer
			if err := texts.Write(&pdf, of); err != nil {
				return 0, err
			}
			return pdf.Len(), intake.HandOut(dir, "bundle.pdf", pdf.Bytes(), nil)
		})
		row(fmt.Sprintf("%d in one PDF", *benchBundle), whole)
		b.ReportMetric(whole.rate(), "bundle-letters/s")
		for _, k := range kinds {
			for _, out := range []struct {
				name string
				hand func(dir, name string, data []byte) error
			}{
				{"", func(dir, name string, data []byte) error { return intake.HandOut(dir, name, data, nil) }},
				{", no fsync", writeAndRename},
				{", not written", func(string, string, []byte) error { return nil }},
			} {
				dir := b.TempDir()
				p := timed(b, *benchSingle, func() (size int, err error) {
					var made bytes.Buffer
					for i := 0; i < *benchSingle && err == nil; i++ {
						made.Reset()
						err = errors.Join(k.write(&made, i), out.hand(dir, bundle.Letters[i].Number+k.ext, made.Bytes()))
						size += made.Len()
					}
					return size, err
				})
				row(fmt.Sprintf("%d %s as single %s%s", *benchSingle, k.name, k.ext[1:], out.name), p)
				if k.name == "notifications" && k.ext == ".pdf" && out.name == "" {
					b.ReportMetric(p.rate(), "single-letters/s")
				}
			}
		}
		for _, m := range []struct {
			letters int
			out     string
		}{{*benchMerged, "merged.pdf"}, {*benchMerged / 10, "merged"}} {
			p, err := mailMerge(b, bundle, m.letters, m.out)
			if err != nil {
				b.Logf("no mail merge of %d letters: %v", m.letters, err)
				continue
			}
			name := fmt.Sprintf("LibreOffice, %d in one PDF", m.letters)
			if m.out == "merged" {
				name = fmt.Sprintf("LibreOffice, %d as single pdf", m.letters)
			} else {
				b.ReportMetric(whole.rate()/p.rate(), "times-LibreOffice")
			}
			row(name, p)
		}
		t.Flush()
		fmt.Printf("on one core:\n%s", out.String()) // a benchmark's log is cut after ten lines
	}
}

// passed is what making letters took.
type passed struct {
	letters, size int
	took, cpu     time.Duration
	peak          float64 // MiB
}

func (p passed) rate() float64 { return float64(p.letters) / p.took.Seconds() }

func timed(b *testing.B, letters int, do func() (size int, err error)) passed {
	debug.FreeOSMemory()
	resetPeak(b)
	began, busy := time.Now(), cpu()
	size, err := do()
	if err != nil {
		b.Fatal(err)
	}
	return passed{letters, size, time.Since(began), cpu() - busy, peak(b)}
}

// writeAndRename is handing out without waiting for the disk.
func writeAndRename(dir, name string, data []byte) error {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path+".tmp", data, 0o640); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// benchLetters is a bundle about persons of whom there are none.
func benchLetters(n int) osms.LetterBundle {
	school := osms.Organisation{BIN: 60340001234, Region: 63, Level: osms.Secondary,
		NameKK:    "Шығыс Қазақстан облысы білім басқармасының Өскемен қаласы бойынша білім бөлімінің «№ 12 жалпы орта білім беретін мектебі» коммуналдық мемлекеттік мекемесі",
		NameRU:    "Коммунальное государственное учреждение «Общеобразовательная школа № 12» отдела образования по городу Усть-Каменогорску управления образования Восточно-Казахстанской области",
		AddressKK: "070004, Өскемен қаласы, Қазыбек би көшесі, 14", AddressRU: "070004, город Усть-Каменогорск, улица Казыбек би, 14",
		Head: "Г. Б. Һәкімжанова", Executor: "Ұлжан Үсенова", Phone: "8 (7232) 55-01-02"}
	surnames := [2][]string{{"Қасымов", "Әбдіғаппаров", "Щёголев", "Ыбырайұлы", "Нұрғалиев"}, {"Қасымова", "Әбдіғаппарова", "Щёголева", "Ыбырайқызы", "Нұрғалиева"}}
	given := [2][]string{{"Нұрсұлтан", "Ғалымжан", "Вячеслав"}, {"Айгүл", "Екатерина", "Ұлжан"}}
	patronymics := [2][]string{{"Өмірзақұлы", "Ғабидоллаұлы", "Сергеевич", ""}, {"Өмірзаққызы", "Ғабидоллақызы", "Сергеевна", ""}}
	bundle := osms.LetterBundle{Date: 20261001, Sequence: 42, Organisation: school}
	for i := range n {
		sex := i % 2
		person := benchPerson(i) - osms.IIN(400_000-100_000*sex)
		bundle.Letters = append(bundle.Letters, osms.Letter{Number: fmt.Sprintf("63-2026-%06d", i+1), Date: 20261001, Person: person, Birth: person.Birth(),
			Name:   osms.Name{Surname: surnames[sex][i%5], Given: given[sex][i%3], Patronymic: patronymics[sex][i/2%4]},
			Action: osms.Entered, First: 20260901, Effective: 202610, Category: osms.Child, Basis: law.Basis(20261001, osms.Child),
			Facts: osms.Facts{Form: osms.FullTime, Level: osms.Secondary, Status: osms.Studying, Grade: fmt.Sprintf("%d «Ә»", 1+i%11)}})
	}
	return bundle
}

// benchRefusal refuses the service to the i-th person of the bundle.
func benchRefusal(bundle osms.LetterBundle, i int) osms.OfficeLetter {
	rule, of := law.Default().At(bundle.Date), bundle.Letters[i]
	ground, _ := rule.Ground(osms.GroundRequirements)
	return osms.OfficeLetter{Kind: osms.LetterRefusal, Number: of.Number, Date: of.Date, Person: of.Person, Name: of.Name, Birth: of.Birth,
		Case: fmt.Sprintf("63-2026-З-%06d", i+1), Received: 20260928, Provider: osms.ProviderOf(bundle.Organisation), Basis: of.Basis,
		ServiceKK: rule.A.KK, ServiceRU: rule.A.RU, Ground: ground.Ground, GroundKK: ground.KK, GroundRU: ground.RU,
		ReasonKK: "оқу нысаны күндізгі емес", ReasonRU: "форма обучения не очная"}
}
