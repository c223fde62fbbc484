package statement

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

func refused() (osms.RequestAnswer, RefusalText) {
	at := time.Date(2026, 10, 3, 14, 0, 0, 0, time.UTC) // a Saturday
	return osms.RequestAnswer{ID: 7, Request: osms.Request{Incoming: "ПЭП-2026-77", Received: at, Person: 100305600012, From: 202601, To: 202610},
			Answered: at.Add(time.Second), Deadline: at.Add(15 * time.Minute), Counted: 20261005, Ground: osms.GroundNoConsent, Reason: osms.ReasonNoConsent},
		RefusalText{Number: "R-2026-000007",
			GroundKK: "«Дербес деректер және оларды қорғау туралы» заңның 8-бабына сәйкес қолжетімділігі шектеулі дербес деректерге қол жеткізуге келісімнің болмауы",
			GroundRU: "отсутствие согласия, предоставляемого в соответствии со статьёй 8 закона «О персональных данных и их защите», на доступ к персональным данным ограниченного доступа",
			ReasonKK: "Сұрау салуда 100305600012 иесінің келісімі жоқ.", ReasonRU: "В запросе нет согласия владельца данных 100305600012.",
			BasisKK: "Денсаулық сақтау министрінің № ҚР ДСМ-26/2020 бұйрығы", BasisRU: "приказ Министра здравоохранения № ҚР ДСМ-26/2020"}
}

func refusalPDF(t testing.TB, a osms.RequestAnswer, w RefusalText) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteRefusalPDF(&out, a, w); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRefusalPDF(t *testing.T) {
	a, w := refused()
	b := refusalPDF(t, a, w)
	if !bytes.Equal(b, refusalPDF(t, a, w)) {
		t.Error("two writes of one refusal differ")
	}
	got := text(t, b)
	if strings.Count(got, "\f") != 1 {
		t.Error("a refusal has one page")
	}
	got = flat(got)
	for _, want := range []string{"№ R-2026-000007", "ПЭП-2026-77", "********0012", "5) " + w.GroundKK, "5) " + w.GroundRU, "келісімі жоқ", "нет согласия владельца",
		w.BasisKK, w.BasisRU, "3 октября 2026 года 19:00:01", "2026 жылғы 5 қазан", word("refusal").kk, word("refusal").ru, word("note.date").kk, word("note.date").ru} {
		if !strings.Contains(got, flat(strings.ReplaceAll(want, "\u00a0", " "))) {
			t.Errorf("%q is not in the refusal:\n%s", want, got)
		}
	}
	if strings.Contains(got, "100305600012") {
		t.Error("the refusal names the person")
	}
	a.Request = osms.Request{Incoming: "100305600012"}
	got = flat(text(t, refusalPDF(t, a, w)))
	if !strings.Contains(got, word("unread").ru) || strings.Contains(got, "100305600012") {
		t.Errorf("a request without an IIN: %s", got)
	}
	long := strings.Repeat("өте ұзақ негіз ", 1000)
	w.GroundKK = long
	if err := WriteRefusalPDF(&bytes.Buffer{}, a, w); !errors.Is(err, paper.ErrFit) {
		t.Errorf("a ground of 15,000 letters: %v", err)
	}
}

func TestRefusalJSON(t *testing.T) {
	a, w := refused()
	var out bytes.Buffer
	if err := WriteRefusalJSON(&out, a, w); err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"number": "R-2026-000007", "answered_at": "2026-10-03T19:00:01+05:00", "incoming": "ПЭП-2026-77", "received_at": "2026-10-03T19:00:00+05:00",
		"counted": "2026-10-05", "deadline": "2026-10-03T19:15:00+05:00", "iin": "********0012", "from": "2026-01", "to": "2026-10", "ground": 5.0, "reason": "no_consent",
		"ground_kk": w.GroundKK, "ground_ru": w.GroundRU, "basis_kk": w.BasisKK, "basis_ru": w.BasisRU} {
		if v[key] != want {
			t.Errorf("%s: %v, want %v", key, v[key], want)
		}
	}
	if strings.Contains(out.String(), "100305600012") {
		t.Errorf("the refusal names the person: %s", out.String())
	}
	for name, change := range map[string]func(*osms.RequestAnswer, *RefusalText){
		"ground": func(a *osms.RequestAnswer, _ *RefusalText) { a.Ground = 0 }, "sixth": func(a *osms.RequestAnswer, _ *RefusalText) { a.Ground = 6 },
		"moment": func(a *osms.RequestAnswer, _ *RefusalText) { a.Answered = time.Time{} },
		"number": func(_ *osms.RequestAnswer, w *RefusalText) { w.Number = "" }, "words": func(_ *osms.RequestAnswer, w *RefusalText) { w.GroundRU = "" },
		"reason": func(_ *osms.RequestAnswer, w *RefusalText) { w.ReasonKK = "" },
	} {
		a, w := refused()
		change(&a, &w)
		var out bytes.Buffer
		if WriteRefusalJSON(&out, a, w) == nil || WriteRefusalPDF(&out, a, w) == nil || out.Len() > 0 {
			t.Errorf("a refusal without its %s was written", name)
		}
	}
}
