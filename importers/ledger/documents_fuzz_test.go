package ledger_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"osmsd/importers/ledger"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// sound reads a file twice and holds what it says of itself against its postings.
func sound(t *testing.T, file []byte, format string) *ledger.Documents {
	src, size := bytes.NewReader(file), int64(len(file))
	docs, err := ledger.ReadDocuments(src, size, format, sheet.Limits{}, ledger.Options{})
	if err != nil {
		if refusal := new(osms.FileError); !errors.As(err, &refusal) {
			t.Fatalf("not a refusal: %v", err)
		}
		return nil
	}
	seen := map[string]bool{}
	for _, d := range docs.Documents {
		if seen[d.Identity] || d.Identity == "" || d.Kind != osms.DocumentList {
			t.Fatalf("%+v", d)
		}
		seen[d.Identity] = true
		if d.Returned && d.Amount > 0 {
			t.Fatalf("what is given back comes in: %+v", d)
		}
		if d.PayerID != "" && len(d.PayerID) != 12 {
			t.Fatalf("payer %q", d.PayerID)
		}
	}
	postings(t, docs, file)
	return docs
}

// FuzzMT102: whatever the bytes, nothing panics, what is read adds up, and other
// line ends are the same documents.
func FuzzMT102(f *testing.F) {
	for _, file := range dialects() {
		f.Add(file)
	}
	f.Add([]byte(":20:A\n:50:\n:21:2\n:32B:KZT1\n:21:1\n:32B:KZT2,5\n:70:/KNP/021\n:32A:261005KZT3,50\n-\n:20:A\n:32A:261005KZT0"))
	f.Fuzz(func(t *testing.T, file []byte) {
		docs := sound(t, file, "mt102")
		if docs == nil || docs.Encoding != "utf-8" || bytes.ContainsRune(file, '\r') {
			return
		}
		again := sound(t, bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")), "mt102")
		if again == nil || len(again.Documents) != len(docs.Documents) {
			t.Fatalf("with other line ends: %+v", again)
		}
		for i, d := range docs.Documents {
			if again.Documents[i].Identity != d.Identity {
				t.Fatalf("with other line ends another document: %+v, %+v", d, again.Documents[i])
			}
		}
	})
}

// FuzzPayments: whatever the bytes, nothing panics and every row is accounted
// for.
func FuzzPayments(f *testing.F) {
	a := fakeIIN(1).Digits()
	f.Add([]byte("ИИН;ФИО;Период;Сумма;КНП\n" + a + ";A;2026-10;1;122\n" + short(fakeIIN(1)) + ";B;;2;021\nИтого: 2;;;3;\n"))
	f.Add([]byte("IIN,Month,Amount,Payer,Payer BIN,Paid on\n" + a + ",2026-10,\"1,5\",P,1,x\n,,2,P,971240666596,05.10.2026\nTotal 2,,3\n"))
	f.Add([]byte("ЖСН\tАй\tСомасы\n1\t2\t3\n" + a + "\tқазан 2026\t-1\n\t\t7\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.HasPrefix(file, []byte("PK")) || len(file) > 1<<16 || strings.Count(string(file), "\n") > 2000 {
			return
		}
		sound(t, file, "")
	})
}
