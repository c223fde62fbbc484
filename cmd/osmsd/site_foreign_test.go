package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestSiteForeign asks for real things of one region as the akimat of another: by
// pages and by the API alike there is no such thing.
func TestSiteForeign(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	of := func(login string) osms.Account {
		x, err := s.home.desk.Store.AccountNamed(ctx, login)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	own, other := s.reset("akimat63", of("akimat63")), s.reset("akimat71", of("akimat71"))
	arrivals, err := s.home.desk.Store.ArrivalsAsked(ctx, store.ArrivalsAsked{Region: 63, Outcome: osms.AppliedWithRefusals, Limit: 1})
	if err != nil || len(arrivals) == 0 {
		t.Fatal(arrivals, err)
	}
	cases, err := s.home.desk.Cases(ctx, store.CaseFilter{Region: 63}, *s.now)
	if err != nil || len(cases) == 0 {
		t.Fatal(cases, err)
	}
	number := url.PathEscape(cases[0].Number.String())
	var letter store.RegisteredLetter
	if err := s.home.desk.Store.Register(ctx, store.LetterFilter{Region: 63}, func(l store.RegisteredLetter, _ []byte) error {
		letter = l
		return nil
	}); err != nil || letter.Number == 0 {
		t.Fatal(letter, err)
	}
	_, _, upload := own.send(map[string]string{"dry": "1"}, map[string]string{"a.csv": siteRoster})
	own.settled(upload)
	held, err := s.home.desk.Held(ctx)
	if err != nil || len(held) == 0 {
		t.Fatal(held, err)
	}
	file := fmt.Sprintf("/files/%d", arrivals[0].ID)
	written := fmt.Sprintf("/letters/%s/%d/%d", letter.Region, letter.Year, letter.Number)
	for _, path := range []string{file, file + "/receipt.pdf", file + "/returned", file + "/original", upload, "/cases/" + number, written, written + "/pdf",
		"/api/v1" + file, "/api/v1" + file + "/receipt.pdf", "/api/v1" + file + "/returned", "/api/v1" + file + "/original", "/api/v1" + upload, "/api/v1/cases/" + number,
		"/api/v1/letters/" + url.PathEscape(letter.Outgoing()) + "/letter.pdf"} {
		if code, body, _ := own.get(path); code != http.StatusOK {
			t.Errorf("%s as its own akimat: %d %s", path, code, plain(body))
		}
		if code, _, _ := other.get(path); code != http.StatusNotFound {
			t.Errorf("%s as another akimat: %d", path, code)
		}
	}
	for _, path := range []string{"/month", "/missing", "/files", "/cases", "/letters", "/organisations", "/templates", "/overlaps", "/letters/register", "/cases/report",
		"/api/v1/files", "/api/v1/cases", "/api/v1/letters", "/api/v1/months/2026-09/missing", "/api/v1/template"} {
		if code, body, _ := other.get(path + "?region=63&month=2026-09"); code != http.StatusForbidden && code != http.StatusNotFound && code != http.StatusUnprocessableEntity {
			if strings.Contains(body, "Восточно-Казахстанская") && !strings.Contains(path, "template") || strings.Contains(body, `"region":"63"`) {
				t.Errorf("%s?region=63 as the akimat of 71: %d", path, code)
			}
		}
	}
	for path, form := range map[string]url.Values{"/letters/print": {"letter": {letter.Outgoing()}}, "/cases/" + number + "/step": {"step": {"resolve"}, "by": {"x"}}, upload + "/apply": {},
		"/templates": {"region": {"63"}, "bin": {arrivals[0].SHA256[:12]}}} {
		if code, body, _ := other.post(path, form); code < 400 && !strings.HasPrefix(path, "/letters") || code == http.StatusOK && strings.HasPrefix(body, "%PDF") {
			t.Errorf("POST %s as another akimat: %d", path, code)
		}
	}
	s.proved()
}

// TestSiteMoved: whoever is given another region, or is disabled, sees and brings
// nothing of the old one any more, not even what was sent before.
func TestSiteMoved(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	_, _, upload := s.as("east").send(map[string]string{"dry": "1"}, map[string]string{"a.csv": siteRoster})
	s.as("east").settled(upload)
	change := func(login, what string, change func(*osms.Account)) osms.Account {
		x, err := s.home.desk.Store.AccountNamed(ctx, login)
		if err == nil {
			x, err = s.home.desk.Store.ChangeAccount(ctx, x.ID, what, "test", *s.now, func(x *osms.Account) error { change(x); return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	change("east", store.AccountChanged, func(x *osms.Account) { x.Region = 47 })
	east := s.as("east")
	if code, _, _ := east.get(upload); code != http.StatusNotFound {
		t.Errorf("an upload of the old region: %d", code)
	}
	if code, _, _ := east.post(upload+"/apply", nil); code != http.StatusNotFound {
		t.Errorf("applied for the old region: %d", code)
	}
	before := s.imports()
	lease, err := s.home.desk.Store.TakeLease(ctx, "registry", "other", *s.now, s.now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	_, _, upload = s.as("west").send(nil, map[string]string{"b.csv": siteRoster})
	change("west", store.AccountDisabled, func(x *osms.Account) { x.Disabled = true })
	if err := s.home.desk.Store.DropLease(ctx, lease); err != nil {
		t.Fatal(err)
	}
	var id int64
	if _, err := fmt.Sscanf(upload, "/uploads/%d", &id); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, 20*time.Second, "the upload of a disabled account is refused", func() bool {
		u, err := s.home.desk.Store.UploadNumbered(ctx, id)
		return err == nil && u.State == store.UploadFailed
	})
	if s.imports() != before {
		t.Errorf("%d imports, %d before", s.imports(), before)
	}
}

// TestSiteBytesElsewhere: bytes that lie with another daemon are left to it, and
// those that were taken from elsewhere meanwhile are known by the archive.
func TestSiteBytesElsewhere(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	east := s.as("east")
	_, _, upload := east.send(nil, map[string]string{"a.csv": siteRoster})
	east.settled(upload)
	account, err := s.home.desk.Store.AccountNamed(ctx, "east")
	if err != nil {
		t.Fatal(err)
	}
	put := func(sha string) store.Upload {
		u, err := s.home.desk.Store.PutUpload(ctx, store.Upload{Account: account.ID, Name: "b.csv", SHA256: sha, Size: 1, Region: 63, Received: s.now.Add(-time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	elsewhere, archived := put(strings.Repeat("ab", 32)), put(store.Digest([]byte(siteRoster)))
	waitUntil(t, 20*time.Second, "what the archive has is taken", func() bool {
		u, err := s.home.desk.Store.UploadNumbered(ctx, archived.ID)
		return err == nil && u.State == store.UploadDone && len(u.Arrivals) == 1
	})
	if u, err := s.home.desk.Store.UploadNumbered(ctx, elsewhere.ID); err != nil || u.State != store.UploadWaiting {
		t.Errorf("what another daemon has: %+v, %v", u, err)
	}
	s.proved()
}
