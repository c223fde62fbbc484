package jobs

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// mHome is the product's side: an office in which one tale after another is
// played, each with persons and organisations of its own.
type mHome struct {
	*office
	persons int // numbers given out by birth date
	bins    int
	played  int
	// thorough: files come by command and `verify` has the last word.
	thorough bool
	database []string            // the folder of its own registry
	pool     []osms.Organisation // that no tale has had yet, in order of BIN
}

// mPlay is one tale being played in a home.
type mPlay struct {
	home *mHome
	tale *mTale
	iins []osms.IIN
	bins []osms.BIN
}

func newHome(t *testing.T, address string) *mHome {
	h := &mHome{office: newOffice(t, address)}
	h.at("2026-12-15T09:00:00+05:00")
	return h
}

// remove makes room for the homes that follow.
func (h *mHome) remove() {
	_ = h.desk.Store.Close()
	for _, dir := range append([]string{h.files, h.desk.Home.Dir}, h.database...) {
		_ = os.RemoveAll(dir)
	}
}

// play registers the organisations of a tale and gives its people numbers.
func (h *mHome) play(t *mTale) *mPlay {
	p := &mPlay{home: h, tale: t}
	for _, who := range t.People {
		birth := fmt.Sprintf("%06d%d", who.Born%1_000_000, 5)
		for {
			h.persons++
			iin, err := made12(fmt.Sprintf("%s%04d", birth, h.persons%10_000))
			if err == nil && !slices.Contains(p.iins, iin) {
				p.iins = append(p.iins, iin)
				break
			}
		}
	}
	h.played++
	var fresh []osms.Organisation
	for _, region := range t.Regions {
		for {
			if len(h.pool) == 0 {
				bin := h.bin()
				fresh = append(fresh, osms.Organisation{BIN: bin, Region: osms.Region(region)})
				p.bins = append(p.bins, bin)
				break
			}
			o := h.pool[0]
			h.pool = h.pool[1:]
			if int(o.Region) == region {
				p.bins = append(p.bins, o.BIN)
				break
			}
		}
	}
	if len(fresh) == 0 {
		return p
	}
	err := h.desk.Store.Write(h.t.Context(), store.Lease{}, func(tx *store.Tx) error {
		for _, o := range fresh {
			if err := tx.PutOrganisation(o); err != nil {
				return err
			}
		}
		return tx.Audit(h.now, "organisations", "")
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// bin is the next number of an organisation; each is greater than the one before.
func (h *mHome) bin() osms.BIN {
	for {
		h.bins++
		for check := range 10 {
			if b, err := osms.ParseBIN(fmt.Sprintf("060340%05d%d", h.bins, check)); err == nil {
				return b
			}
		}
	}
}

// prove makes a home thorough: its organisations come in a list of their own, so
// that `verify` finds everything in order.
func (h *mHome) prove() {
	h.thorough = true
	regions := map[osms.BIN]osms.Region{}
	for i := range 15 * talesPerHome {
		o := osms.Organisation{BIN: h.bin(), Region: 63}
		if i%2 == 1 {
			o.Region = 10
		}
		h.pool = append(h.pool, o)
		regions[o.BIN] = o.Region
	}
	h.list(regions)
}

// made12 puts the check digit behind eleven digits; some have none.
func made12(eleven string) (osms.IIN, error) {
	for check := range 10 {
		if i, err := osms.ParseIIN(fmt.Sprintf("%s%d", eleven, check), 0); err == nil {
			return i, nil
		}
	}
	return 0, errors.New("no check digit fits")
}

// table writes a file as a table, the title rows first.
func (p *mPlay) table(f *mFile) [][]string {
	var out [][]string
	if f.Single {
		kind := "изменения"
		if f.Full {
			kind = "полный"
		}
		out = [][]string{{"Вид списка: " + kind}, {"По состоянию на: " + mDate(f.AsAt, "02.01.2006")}, {"БИН: " + p.bins[f.Rows[0].Org].Digits()}}
	}
	header := []string{"ИИН", "Фамилия", "Имя", "Отчество", "Дата рождения", "Форма обучения", "Статус", "Курс", "Дата зачисления", "Дата отчисления", "Дата приказа", "БИН"}
	if f.Single {
		header = header[:11]
	}
	out = append(out, header)
	day := func(d int) string {
		if d == mNone {
			return ""
		}
		return mDate(d, "02.01.2006")
	}
	for _, r := range f.Rows {
		form := map[string]string{"full_time": "очная", "part_time": "сырттай", "evening": "вечерняя"}[r.Form]
		status := map[string]string{"": "", "studying": "обучается", "academic_leave": "академический отпуск", "expelled": "отчислен",
			"graduated": "окончил", "transferred_out": "выбыл"}[r.Status]
		iin, bin, enrolled := p.iins[r.Person].Digits(), p.bins[r.Org].Digits(), day(r.Enrolled)
		switch r.Fault {
		case "check":
			iin = iin[:11] + string('0'+(iin[11]-'0'+1)%10)
		case "bin":
			bin = bin[:11] + string('0'+(bin[11]-'0'+1)%10)
		case "form":
			form = "лунная"
		case "status":
			status = "задумался"
		case "date":
			enrolled = "32.13.2026"
		case "future":
			enrolled = "01.03.2027"
		}
		born := p.tale.People[r.Person].Born
		row := []string{iin, r.Surname, r.Given, r.Patronymic, fmt.Sprintf("%02d.%02d.%d", born%100, born/100%100, born/10_000), form, status, r.Grade,
			enrolled, day(r.Left), day(r.Order), bin}
		out = append(out, row[:len(header)])
	}
	return out
}

// write puts a file where it can be taken from and gives its path.
func (p *mPlay) write(f *mFile, dir string) string {
	p.home.t.Helper()
	table := p.table(f)
	var b bytes.Buffer
	name := "список"
	if !f.Single {
		name = map[bool]string{true: "full", false: "delta"}[f.Full] + "-" + mDate(f.AsAt, time.DateOnly)
	}
	if f.XLSX {
		name += ".xlsx"
		writeSheet(&b, table)
	} else {
		name += ".csv"
		b.WriteString("\ufeff")
		for _, row := range table {
			b.WriteString(strings.Join(row, ";") + "\r\n")
		}
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		p.home.t.Fatal(err)
	}
	return path
}

// writeSheet writes the least workbook that holds a table.
func writeSheet(b *bytes.Buffer, table [][]string) {
	z := zip.NewWriter(b)
	part := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + text))
		}
		if err != nil {
			panic(err) // memory
		}
	}
	const main, office, relations = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
		"http://schemas.openxmlformats.org/package/2006/relationships"
	part("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
	part("_rels/.rels", `<Relationships xmlns="`+relations+`"><Relationship Id="rId1" Type="`+office+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	part("xl/workbook.xml", `<workbook xmlns="`+main+`" xmlns:r="`+office+`"><sheets><sheet name="Лист1" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+relations+`"><Relationship Id="rId1" Type="`+office+`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	var s strings.Builder
	s.WriteString(`<worksheet xmlns="` + main + `"><sheetData>`)
	for i, row := range table {
		fmt.Fprintf(&s, `<row r="%d">`, i+1)
		for c, text := range row {
			if text != "" {
				fmt.Fprintf(&s, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+c, i+1, text)
			}
		}
		s.WriteString(`</row>`)
	}
	part("xl/worksheets/sheet1.xml", s.String()+`</sheetData></worksheet>`)
	if err := z.Close(); err != nil {
		panic(err)
	}
}

// take imports a file: in a thorough home by command, with the archive and the
// receipts, else straight from its bytes, which is much quicker.
func (p *mPlay) take(ctx context.Context, turn Turn, f *mFile) (report osms.FileReport, err error) {
	if !p.home.thorough {
		return p.apply(ctx, turn, f, false)
	}
	path := p.write(f, p.home.files)
	err = p.home.desk.Import(ctx, turn, []string{path}, osms.Region(f.Region), "", func(taken Taken) { report, err = taken.Report, taken.Err })
	return report, err
}

// apply reads a file and commits it, or, dry, shows what committing would do.
func (p *mPlay) apply(ctx context.Context, turn Turn, f *mFile, dry bool) (report osms.FileReport, err error) {
	path := p.write(f, p.home.files)
	b, err := os.ReadFile(path)
	if err != nil {
		return report, err
	}
	opened, err := os.Open(path)
	if err != nil {
		return report, err
	}
	defer opened.Close()
	sum := sha256.Sum256(b)
	drop := Drop{Name: filepath.Base(path), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(b)), Region: osms.Region(f.Region), Channel: channelCommand,
		Received: turn.Now, Run: turn.Run.ID}
	reading, err := p.home.desk.ReadFrom(drop, opened)
	if err != nil {
		return report, err
	}
	return p.home.desk.Apply(ctx, turn, reading, dry)
}

// believed reads from the registry what is believed of the tale's people, in the
// words of the model.
func (p *mPlay) believed(ctx context.Context) (out []string, err error) {
	claims := mBelief{}
	var due, overlaps []string
	strange := func(what string, args ...any) { out = append(out, "STRANGE "+fmt.Sprintf(what, args...)) }
	org := func(b osms.BIN) int { return slices.Index(p.bins, b) }
	err = p.home.desk.Store.Write(ctx, store.Lease{}, func(t *store.Tx) error { // PostgreSQL makes temporary tables when it may write
		if err := t.Touch(p.iins); err != nil {
			return err
		}
		facts, err := t.Facts()
		if err != nil {
			return err
		}
		for _, f := range facts {
			at := mPair{slices.Index(p.iins, f.Person), org(f.BIN)}
			c := claims[at]
			name := [3]string{f.Name.Surname, f.Name.Given, f.Name.Patronymic}
			first, from, until := p.number(f.First), p.number(f.From), p.number(f.Until)
			n := len(c.calendars)
			if n == 0 || c.calendars[n-1].first != first {
				c.calendars = append(c.calendars, mCalendar{first: first})
				n++
			}
			if c.surname != "" && name != [3]string{c.surname, c.given, c.patronymic} || int(f.Birth) != p.tale.People[at.Person].Born || from > until || from < first {
				strange("%+v", f)
			}
			c.surname, c.given, c.patronymic = name[0], name[1], name[2]
			for d := from; d <= until; d++ {
				s := &c.calendars[n-1].days[d]
				if s.on {
					strange("twice on day %d: %+v", d, f)
				}
				*s = mSquare{on: true, form: string(f.Facts.Form), status: string(f.Facts.Status), grade: f.Facts.Grade}
			}
			c.calendars[n-1].days[until].ends = string(f.Ending)
			claims[at] = c
		}
		entitlements, err := t.Entitlements()
		if err != nil {
			return err
		}
		for _, m := range mMonths {
			for _, e := range entitlements {
				if int(e.From) <= m.month && m.month <= int(e.To) {
					due = append(due, fmt.Sprintf("due %d %d %s %d %d", slices.Index(p.iins, e.Person), m.month, e.Category, org(e.BIN), e.Region))
				}
			}
		}
		open, err := t.Overlaps()
		for _, o := range open {
			overlaps = append(overlaps, fmt.Sprintf("overlap %d %d %d %d %d", slices.Index(p.iins, o.Person), org(o.A), org(o.B), p.number(o.From), p.number(o.Until)))
		}
		if err == nil {
			err = errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	for at, c := range claims {
		out = append(out, fmt.Sprintf("claim %d at %d: %s", at.Person, at.Org, c))
	}
	slices.Sort(out)
	slices.Sort(due)
	slices.Sort(overlaps)
	return append(append(out, due...), overlaps...), err
}

// number is the model's number of a day.
func (p *mPlay) number(d osms.Date) int {
	if d == osms.Forever {
		return mHorizon
	}
	at := time.Date(int(d)/10_000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
	n := int(at.Sub(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	if n < 0 || n >= mHorizon {
		p.home.t.Fatalf("%s lies outside of the tale", d)
	}
	return n
}

// shuffled is a file with its rows in another order.
func shuffled(f *mFile, seed uint64) *mFile {
	c := *f
	c.Rows = slices.Clone(f.Rows)
	r := rand.New(rand.NewPCG(seed, 2))
	r.Shuffle(len(c.Rows), func(i, j int) { c.Rows[i], c.Rows[j] = c.Rows[j], c.Rows[i] })
	return &c
}
