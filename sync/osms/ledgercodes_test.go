package osms_test

import (
	"strings"
	"testing"

	"osmsd/sync/osms"
)

func TestLedgerCodesHaveSentences(t *testing.T) {
	codes := constants(t, "ledgercodes.go")["Code"]
	if len(codes) < 8 {
		t.Fatalf("%d codes found in the source", len(codes))
	}
	for _, code := range codes {
		seen := map[string]bool{}
		for _, lang := range []string{"kk", "ru", "en"} {
			text := osms.Refusal{Code: osms.Code(code), Detail: "«ZZ»"}.Message(lang)
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
