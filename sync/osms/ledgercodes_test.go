package osms_test

import "testing"

func TestLedgerCodesHaveSentences(t *testing.T) {
	codes := constants(t, "ledgercodes.go")["Code"]
	if len(codes) < 8 {
		t.Fatalf("%d codes found in the source", len(codes))
	}
	wantSentences(t, codes, "")
}
