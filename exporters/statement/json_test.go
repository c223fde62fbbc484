package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

func TestJSON(t *testing.T) {
	s := sample(0)
	s.Rows = []osms.StatementRow{
		{Month: 202610, Payer: "ЖШС <«Ә»>", PayerID: "060340001234", KNP: "122", PaidOn: 20261005, Reference: "=1+1", Amount: 585200},
		{Month: 202610, Payer: "", KNP: "121", Amount: 1},
	}
	s.Total = 585201
	s.Participation = osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202509, Until: 202609, PreservedUntil: 202612}
	s.Counted = 20261006
	s = signed(s)
	var out bytes.Buffer
	if err := WriteJSON(&out, s); err != nil {
		t.Fatal(err)
	}
	want := `{
  "iin": "100305600012",
  "name": "Әбдіғаппарова Айгүл Өмірзаққызы",
  "born": "2010-03-05",
  "from": "2026-01",
  "to": "2026-10",
  "participation": {
    "status": "right_preserved",
    "category": "13",
    "since": "2025-09",
    "until": "2026-09",
    "preserved_until": "2026-12"
  },
  "rows": [
    {
      "month": "2026-10",
      "payer": "ЖШС <«Ә»>",
      "payer_id": "060340001234",
      "knp": "122",
      "paid_on": "2026-10-05",
      "reference": "=1+1",
      "amount_tiyn": 585200
    },
    {
      "month": "2026-10",
      "payer": "",
      "payer_id": "",
      "knp": "121",
      "paid_on": null,
      "reference": "",
      "amount_tiyn": 1
    }
  ],
  "totals": {
    "amount_tiyn": 585201,
    "months": 1,
    "by_knp": [
      {
        "knp": "121",
        "rows": 1,
        "amount_tiyn": 1
      },
      {
        "knp": "122",
        "rows": 1,
        "amount_tiyn": 585200
      }
    ],
    "by_kind": [
      {
        "kind": "deductions",
        "rows": 1,
        "amount_tiyn": 1
      },
      {
        "kind": "contributions",
        "rows": 1,
        "amount_tiyn": 585200
      }
    ],
    "by_year": [
      {
        "year": 2026,
        "rows": 2,
        "amount_tiyn": 585201,
        "by_kind": [
          {
            "kind": "deductions",
            "rows": 1,
            "amount_tiyn": 1
          },
          {
            "kind": "contributions",
            "rows": 1,
            "amount_tiyn": 585200
          }
        ]
      }
    ]
  },
  "number": "S-2026-000042",
  "issued_at": "2026-10-05T18:04:05+05:00",
  "counted": "2026-10-06",
  "digest": "` + Digest(s) + `",
  "key": "4896f714d081bfcf",
  "signature": "` + signatureText(s) + `",
  "code": "` + Code(s) + `"
}
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func signatureText(s osms.Statement) string {
	m, _ := markOf(s.Signature)
	return m.text()
}

func TestEmptyJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, osms.Statement{Participation: osms.Participation{Status: osms.NotParticipating, Until: osms.EndlessMonth}}); err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	rows, ok := v["rows"].([]any)
	if !ok || len(rows) != 0 {
		t.Errorf("rows: %v", v["rows"])
	}
	p := v["participation"].(map[string]any)
	for _, key := range []string{"since", "until", "preserved_until"} {
		if value, ok := p[key]; !ok || value != nil {
			t.Errorf("%s: %v", key, value)
		}
	}
	if totals := v["totals"].(map[string]any); totals["by_knp"] == nil || totals["amount_tiyn"] != 0.0 || totals["months"] != 0.0 {
		t.Errorf("totals: %v", totals)
	}
	for _, key := range []string{"issued_at", "counted"} {
		if at, ok := v[key]; !ok || at != nil {
			t.Errorf("%s: %v", key, at)
		}
	}
	for _, key := range []string{"key", "signature", "code"} {
		if v[key] != "" {
			t.Errorf("%s of a statement that is not signed: %v", key, v[key])
		}
	}
}

// TestDigestFromFile recomputes the digest the way a reader of the file would:
// keep the keys before "digest", write compactly, hash.
func TestDigestFromFile(t *testing.T) {
	s := sample(5)
	var out bytes.Buffer
	if err := WriteJSON(&out, s); err != nil {
		t.Fatal(err)
	}
	content, digest, found := strings.Cut(out.String(), `,
  "digest": "`)
	if !found {
		t.Fatal("no digest at the end")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(content+"}")); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(compact.Bytes())
	if got := hex.EncodeToString(sum[:]); !strings.HasPrefix(digest, got) || got != Digest(s) {
		t.Errorf("digest %s, want %s", digest, got)
	}
}

func TestDigest(t *testing.T) {
	base := Digest(sample(3))
	s := sample(3)
	s.Digest, s.Signature = "whatever", []byte("whatever")
	s.Issued = s.Issued.In(time.FixedZone("elsewhere", -7*3600)).Add(300 * time.Millisecond)
	if Digest(s) != base {
		t.Error("the digest depends on itself, on the zone or on parts of a second")
	}
	for name, change := range map[string]func(*osms.Statement){
		"number": func(s *osms.Statement) { s.Number += "1" }, "issued": func(s *osms.Statement) { s.Issued = s.Issued.Add(time.Second) },
		"person": func(s *osms.Statement) { s.Person++ }, "name": func(s *osms.Statement) { s.Name.Given = "Гүлнар" },
		"birth": func(s *osms.Statement) { s.Birth++ }, "from": func(s *osms.Statement) { s.From++ }, "to": func(s *osms.Statement) { s.To++ },
		"status":    func(s *osms.Statement) { s.Participation.Status = osms.NotParticipating },
		"category":  func(s *osms.Statement) { s.Participation.Category = osms.Child },
		"since":     func(s *osms.Statement) { s.Participation.Since++ },
		"until":     func(s *osms.Statement) { s.Participation.Until = 202612 },
		"preserved": func(s *osms.Statement) { s.Participation.PreservedUntil = 202612 },
		"payer":     func(s *osms.Statement) { s.Rows[0].Payer = "" }, "payer_id": func(s *osms.Statement) { s.Rows[0].PayerID = "" },
		"knp": func(s *osms.Statement) { s.Rows[0].KNP = "124" }, "paid": func(s *osms.Statement) { s.Rows[0].PaidOn++ },
		"reference": func(s *osms.Statement) { s.Rows[0].Reference = "" }, "amount": func(s *osms.Statement) { s.Rows[0].Amount++ },
		"month": func(s *osms.Statement) { s.Rows[0].Month-- }, "total": func(s *osms.Statement) { s.Total++ },
		"counted": func(s *osms.Statement) { s.Counted = 20261006 },
		"order":   func(s *osms.Statement) { s.Rows[0], s.Rows[1] = s.Rows[1], s.Rows[0] },
	} {
		s := sample(3)
		change(&s)
		if Digest(s) == base {
			t.Errorf("%s is not in the digest", name)
		}
	}
}

func TestWrongStatementsAreNotWritten(t *testing.T) {
	total, digest := sample(3), sample(3)
	total.Total++
	digest.Digest = strings.Repeat("0", 64)
	for _, c := range []struct {
		s    osms.Statement
		want error
	}{{total, ErrTotal}, {digest, ErrDigest}} {
		var out bytes.Buffer
		for _, err := range []error{WriteJSON(&out, c.s), WritePDF(&out, c.s), WriteXLSX(&out, c.s)} {
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		}
		if out.Len() > 0 {
			t.Errorf("%v, but something was written", c.want)
		}
	}
	wraps := sample(0)
	for range 4 { // four times 2^62 is 0 in 64 bits
		wraps.Rows = append(wraps.Rows, osms.StatementRow{Month: 202601, Amount: 1 << 62})
	}
	if err := WriteJSON(&bytes.Buffer{}, wraps); !errors.Is(err, ErrTotal) {
		t.Errorf("a sum that wraps: %v", err)
	}
	good := sample(3)
	good.Digest = Digest(good)
	if !bytes.Equal(pdf(t, good), pdf(t, sample(3))) {
		t.Error("a digest that was given and one that was computed make different documents")
	}
}
