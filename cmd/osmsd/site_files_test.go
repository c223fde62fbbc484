package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

const siteRoster = `ИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления
061211601593;Ахметова Айгерим;11.12.2006;971240666596;очная;01.09.2024
070809607186;Ким Анна;09.08.2007;971240666596;очная;01.09.2022
`

// TestSiteFiles: an akimat sends a file with a mistake, gets it back marked,
// sends the mended one and sees it applied; another akimat sees nothing of it.
func TestSiteFiles(t *testing.T) {
	s := newSite(t)
	east, west, boss := s.as("east"), s.as("west"), s.as("boss")
	broken := strings.Replace(siteRoster, "11.12.2006", "31.02.2006", 1)

	code, _, upload := east.send(map[string]string{"dry": "1"}, map[string]string{"список.csv": broken})
	if code != http.StatusSeeOther || !strings.HasPrefix(upload, "/uploads/") {
		t.Fatalf("%d %s", code, upload)
	}
	_, looked := east.settled(upload)
	if text := plain(looked); !strings.Contains(text, "Пока ничего не изменено") || !strings.Contains(text, "C2") || !strings.Contains(text, "070809607186") {
		t.Errorf("a check shows %s", text)
	}
	if code, _, _ := west.get(upload); code != http.StatusNotFound {
		t.Errorf("another region sees the upload: %d", code)
	}
	if text := plain(looked); !strings.Contains(text, "был бы принят, по части строк отказано") || !strings.Contains(looked, `href="`+upload+`/returned"`) {
		t.Errorf("a check says %s", text)
	}
	if code, body, _ := east.get(upload + "/returned"); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("the marked workbook of a check: %d", code)
	}
	for path, want := range map[string]int{upload + "/returned?file=1": http.StatusNotFound, upload + "/returned?file=x": http.StatusNotFound} {
		if code, _, _ := east.get(path); code != want {
			t.Errorf("%s: %d", path, code)
		}
	}
	if code, _, _ := west.get(upload + "/returned"); code != http.StatusNotFound {
		t.Errorf("another region gets the workbook of a check: %d", code)
	}
	before := s.imports()
	code, _, again := east.post(upload+"/apply", nil)
	if code != http.StatusSeeOther {
		t.Fatalf("apply: %d", code)
	}
	receipt, shown := east.settled(again)
	if text := plain(shown); !strings.Contains(text, "C2") || !strings.HasPrefix(receipt, "/files/") {
		t.Fatalf("%s: %s", receipt, text)
	}
	if after := east.page(upload); !strings.Contains(after, `href="`+receipt+`"`) || strings.Contains(after, upload+"/apply") || strings.Contains(after, upload+"/returned") {
		t.Errorf("a check that was applied: %s", plain(after))
	}
	if code, _, _ := east.get(upload + "/returned"); code != http.StatusGone {
		t.Errorf("the workbook of a check that was applied: %d", code)
	}
	if s.imports() != before+1 {
		t.Errorf("%d imports, %d before", s.imports(), before)
	}
	if code, body, _ := east.get(receipt + "/returned"); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("returned workbook: %d", code)
	}
	if code, body, _ := east.get(receipt + "/receipt.pdf"); code != http.StatusOK || !strings.HasPrefix(body, "%PDF") {
		t.Errorf("receipt: %d", code)
	}
	if code, body, _ := east.get(receipt + "/original"); code != http.StatusOK || body != broken {
		t.Errorf("original: %d", code)
	}
	for _, path := range []string{receipt, receipt + "/returned", receipt + "/receipt.pdf", receipt + "/original"} {
		if code, _, _ := west.get(path); code != http.StatusNotFound {
			t.Errorf("another region sees %s: %d", path, code)
		}
	}

	code, _, upload = east.send(map[string]string{"dry": "0"}, map[string]string{"исправлен.csv": siteRoster})
	receipt, shown = east.settled(upload)
	if code != http.StatusSeeOther || !strings.Contains(plain(shown), "Исход принят Получен") {
		t.Fatalf("%s: %s", receipt, plain(shown))
	}
	if entries, err := os.ReadDir(filepath.Join(s.app.home, "uploads")); err != nil || len(entries) > 1 {
		t.Errorf("left in the spool: %v, %v", entries, err) // the checked one waits for a day
	}

	// Taken back, with a reason that the audit log keeps.
	undo := regexp.MustCompile(`/imports/\d+/undo`).FindString(boss.page(receipt))
	if text := plain(boss.page(undo)); !strings.Contains(text, "предварительный показ") {
		t.Errorf("undo shows %s", text)
	}
	if code, _, _ := east.get(undo); code != http.StatusForbidden {
		t.Errorf("an akimat may undo: %d", code)
	}
	if code, _, _ := boss.post(undo, nil); code != http.StatusUnprocessableEntity {
		t.Errorf("undo without a reason: %d", code)
	}
	if code, _, where := boss.post(undo, url.Values{"reason": {"не тот файл"}}); code != http.StatusSeeOther || where != "/files?said=undone" {
		t.Errorf("undo: %d %s", code, where)
	}
	runs, err := s.home.desk.Store.Runs(t.Context(), 1)
	if err != nil || runs[0].Who != "boss" || runs[0].Trigger != "console" || runs[0].Job != osms.JobUndo {
		t.Errorf("%+v, %v", runs, err)
	}
	s.proved()
}

// imports counts what was ever committed.
func (s *site) imports() int {
	s.t.Helper()
	all, err := s.home.desk.Store.Imports(s.t.Context(), 1<<30)
	if err != nil {
		s.t.Fatal(err)
	}
	return len(all)
}

// proved runs verify: what was done by the console is as well proved as what was
// done by command. And nothing in the log names a person.
func (s *site) proved() {
	s.t.Helper()
	v, err := s.home.desk.Verify(s.t.Context(), func(string, int, int) {})
	if err != nil || len(v.Findings) > 0 {
		s.t.Errorf("%v, %v", v.Findings, err)
	}
	if m := regexp.MustCompile(`\d{12}`).FindString(s.log.String()); m != "" {
		s.t.Errorf("the log holds %s", m)
	}
}

// TestSiteHeld: an akimat sees what waits of its region, an administrator
// releases exactly that, and a decision needs its reason.
func TestSiteHeld(t *testing.T) {
	s := newSite(t)
	boss := s.as("boss")
	held, err := s.home.desk.Held(t.Context())
	if err != nil || len(held) == 0 {
		t.Fatalf("%v, %v", held, err)
	}
	hash := held[0].Now
	login, other := "east", "west"
	if held[0].Import.Region == 47 {
		login, other = other, login
	}
	if text := plain(boss.page("/month")); !strings.Contains(text, "1 ждут решения") {
		t.Errorf("the month does not say that something waits: %s", text)
	}
	if body := s.as(login).page("/held"); !strings.Contains(body, hash) || strings.Contains(body, "/release") {
		t.Error("its akimat does not see it, or may release it")
	}
	if body := s.as(other).page("/held"); strings.Contains(body, hash) {
		t.Error("another akimat sees it")
	}
	if !strings.Contains(boss.page("/held"), "/held/"+hash+"/release") {
		t.Error("the administrator cannot release it")
	}
	waits, err := s.home.desk.Store.ArrivalsAsked(t.Context(), store.ArrivalsAsked{Outcome: osms.Held})
	if err != nil || len(waits) == 0 {
		t.Fatalf("%v, %v", waits, err)
	}
	file := fmt.Sprintf("/files/%d", waits[len(waits)-1].ID)
	if body := boss.page(file); !strings.Contains(body, `class="button" href="/held"`) || !strings.Contains(body, osms.Held.In("ru")) {
		t.Errorf("the file does not say that it waits: %s", plain(body))
	}
	if code, _, _ := boss.post("/held/"+hash+"/release", nil); code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", code)
	}
	if code, _, _ := boss.post("/held/"+strings.Repeat("0", 64)+"/release", url.Values{"reason": {"x"}}); code != http.StatusNotFound {
		t.Errorf("an unknown hash: %d", code)
	}
	if code, _, _ := boss.post("/held/"+hash+"/release", url.Values{"reason": {"подтверждено письмом"}}); code != http.StatusSeeOther {
		t.Errorf("release: %d", code)
	}
	if strings.Contains(boss.page("/held"), hash) {
		t.Error("it still waits")
	}
	if body := boss.page(file); strings.Contains(body, `class="button" href="/held"`) || !strings.Contains(body, `<span class="tag">решено</span> <a href="/files/`) {
		t.Errorf("the file still waits: %s", plain(body))
	}
	if strings.Contains(boss.page("/files?outcome=held"), file+`"`) || !strings.Contains(boss.page("/files"), `<span class="tag">решено</span>`) {
		t.Error("the list of files still says that it waits")
	}
	s.proved()
}

// TestSiteCutUpload: an upload that is cut half way leaves nothing behind, and
// what is too large is refused before it is read to its end.
func TestSiteCutUpload(t *testing.T) {
	s := newSite(t)
	east := s.as("east")
	before := s.imports()
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
	for name, body := range map[string]string{"cut in the content": head + "ИИН;ФИО", "cut in the frame": "--x\r\nContent-Dispo", "no file": "--x--\r\n"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/files", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Accept", "application/json")
		code, answer, _ := east.do(r)
		if code != http.StatusBadRequest || !strings.Contains(answer, `"title"`) || strings.Contains(answer, "goroutine") {
			t.Errorf("%s: %d %s", name, code, answer)
		}
	}
	if code, _, _ := east.post("/files", url.Values{"file": {"x"}}); code != http.StatusUnsupportedMediaType {
		t.Errorf("no multipart: %d", code)
	}
	if code, _, _ := east.send(map[string]string{"region": "47"}, map[string]string{"a.csv": siteRoster}); code != http.StatusForbidden {
		t.Errorf("another region: %d", code)
	}
	if code, _, _ := east.send(map[string]string{"kind": "gold"}, map[string]string{"a.csv": siteRoster}); code != http.StatusBadRequest {
		t.Errorf("another kind: %d", code)
	}
	if code, _, _ := east.send(map[string]string{"approve": strings.Repeat("a", 64)}, map[string]string{"a.csv": siteRoster}); code != http.StatusForbidden {
		t.Errorf("an akimat approves: %d", code)
	}
	if entries, err := os.ReadDir(filepath.Join(s.app.home, "uploads")); err != nil {
		t.Fatal(err)
	} else {
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".part") {
				t.Errorf("left behind: %s", e.Name())
			}
		}
	}
	if s.imports() != before {
		t.Errorf("%d imports, %d before", s.imports(), before)
	}
}

// TestSiteForeignKind: an akimat cannot bring what the treasury says.
func TestSiteForeignKind(t *testing.T) {
	s := newSite(t)
	ledger := "Месяц;Регион;Человек;Сумма\n2026-10;63;1;100,00\n"
	_, _, upload := s.as("east").send(map[string]string{"kind": "ledger"}, map[string]string{"ledger.csv": ledger})
	if _, body := s.as("east").settled(upload); !strings.Contains(plain(body), "не принят") && !strings.Contains(plain(body), "отклон") {
		t.Errorf("a ledger from an akimat: %s", plain(body))
	}
}

// TestSiteBusy: while somebody else works in the registry, an upload waits, and
// a decision is told to come again.
func TestSiteBusy(t *testing.T) {
	s := newSite(t)
	lease, err := s.home.desk.Store.TakeLease(t.Context(), "registry", "other", *s.now, s.now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	east := s.as("east")
	_, _, upload := east.send(nil, map[string]string{"a.csv": siteRoster})
	if body := east.page(upload); !strings.Contains(body, "data-live") {
		t.Errorf("it does not wait: %s", plain(body))
	}
	code, body, _ := s.as("boss").post("/held/"+strings.Repeat("0", 64)+"/release", url.Values{"reason": {"x"}})
	if code != http.StatusServiceUnavailable || !strings.Contains(plain(body), "занят") {
		t.Errorf("%d %s", code, plain(body))
	}
	if err := s.home.desk.Store.DropLease(t.Context(), lease); err != nil {
		t.Fatal(err)
	}
	if where, _ := east.settled(upload); !strings.HasPrefix(where, "/files/") {
		t.Errorf("it was not taken: %s", where)
	}
}

// TestSiteUploadAfterCrash: what waits when the program ends is taken at its
// next start, once.
func TestSiteUploadAfterCrash(t *testing.T) {
	made, err := demoHome()
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(t.TempDir(), "home")
	if err := os.CopyFS(home, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	a, err := quickApp(home, "", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	o, err := a.openHome(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(home, "uploads"), 0o700); err != nil {
		t.Fatal(err)
	}
	sha := store.Digest([]byte(siteRoster))
	if err := os.WriteFile(filepath.Join(home, "uploads", sha), []byte(siteRoster), 0o600); err != nil {
		t.Fatal(err)
	}
	account, err := o.desk.Store.AccountNamed(t.Context(), "akimat63")
	if err != nil {
		t.Fatal(err)
	}
	u, err := o.desk.Store.PutUpload(t.Context(), store.Upload{Account: account.ID, Name: "a.csv", SHA256: sha, Size: int64(len(siteRoster)), Region: 63, Received: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	o.close()
	s := serveSite(t, home, a.cfg)
	for range 200 {
		if u, err = s.home.desk.Store.UploadNumbered(t.Context(), u.ID); err != nil {
			t.Fatal(err)
		}
		if u.State == store.UploadDone {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if u.State != store.UploadDone || len(u.Arrivals) != 1 {
		t.Fatalf("%+v", u)
	}
	r, err := s.home.desk.Store.ReportOf(t.Context(), u.Arrivals[0])
	if err != nil || r.File != "a.csv" || r.Region != 63 || r.Joined != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if bytes.Contains([]byte(s.log.String()), []byte("panic")) {
		t.Error(s.log.String())
	}
}

// TestSiteNoRate: a month of a year without a rate is shown without its money, by
// the month page, the reconciliation and the API, with the way to other months.
func TestSiteNoRate(t *testing.T) {
	s := newSite(t)
	for _, login := range []string{"boss", "fonds", "control"} {
		v := s.as(login)
		if body := v.page("/month?month=2027-01"); !strings.Contains(body, "На 2027 год не задана ставка") || !strings.Contains(body, "month=2026-12") || strings.Contains(body, "<figure") {
			t.Errorf("%s: %s", login, plain(body))
		}
		if body := v.page("/reconciliation?month=2027-01"); !strings.Contains(body, "На 2027 год не задана ставка") || !strings.Contains(body, "month=2026-12") || !strings.Contains(body, `type="month"`) {
			t.Errorf("%s: %s", login, plain(body))
		}
		if code, body, _ := v.get("/api/v1/months/2027-01"); code != http.StatusOK || !strings.Contains(body, `"due_tiyn":null`) {
			t.Errorf("%s: %d %s", login, code, body)
		}
		if body := v.page("/month?month=2026-10"); strings.Contains(body, "не задана ставка") || !strings.Contains(body, "<figure") {
			t.Errorf("%s: a month with a rate: %s", login, plain(body))
		}
	}
}
