package osms_test

import (
	"strings"
	"testing"

	"osmsd/sync/osms"
)

func TestApplicationCodesHaveSentences(t *testing.T) {
	codes := constants(t, "applicationcodes.go")["Code"]
	if len(codes) != 6 {
		t.Fatalf("%d codes found in the source", len(codes))
	}
	wantSentences(t, codes, "")
}

// wantSentences wants three sentences of each code that all say the detail.
func wantSentences(t *testing.T, codes []string, field string) {
	t.Helper()
	for _, code := range codes {
		seen := map[string]bool{}
		for _, lang := range []string{"kk", "ru", "en"} {
			text := osms.Refusal{Code: osms.Code(code), Field: field, Detail: "«ZZ»"}.Message(lang)
			if text == code || !strings.HasSuffix(text, ".") || !strings.Contains(text, "«ZZ»") || strings.ContainsAny(text, "[]{}") {
				t.Errorf("%s in %s: %q", code, lang, text)
			}
			seen[text] = true
		}
		if len(seen) != 3 {
			t.Errorf("%s: two languages say the same", code)
		}
	}
}

// A date that is wrong for another reason than an enrolment's is told so.
func TestSentencesOfAField(t *testing.T) {
	for field, codes := range map[string][]string{"received_at": {"date_unreadable", "future_date"}, "on": {"future_date", "date_order"}, "until": {"date_order"}} {
		wantSentences(t, codes, field)
		for _, code := range codes {
			own, general := osms.Refusal{Code: osms.Code(code), Field: field}.Message("ru"), osms.Refusal{Code: osms.Code(code)}.Message("ru")
			if own == general || strings.Contains(own, "зачислен") {
				t.Errorf("%s of %s says %q", code, field, own)
			}
		}
	}
	if got := (osms.Refusal{Code: osms.FutureDate, Field: "on", Detail: "2026-11-22"}).Message("ru"); got != "День этого события ещё не наступил (файл принят 22.11.2026): исправьте дату или подайте строку позже." {
		t.Error(got)
	}
}
