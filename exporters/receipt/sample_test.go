package receipt

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"osmsd/sync/osms"
)

var (
	update = flag.Bool("update", false, "write the expected files anew")
	// With -keep DIR the tests leave what they write there, to be looked at.
	keepDir = flag.String("keep", "", "folder that keeps what the tests write")

	almaty     = time.FixedZone("Asia/Almaty", 5*3600)
	almatyNoon = time.Date(2026, 10, 5, 7, 15, 0, 0, time.UTC)
)

// fakeIIN makes a valid number of a person born 14 March 2007, by serial.
func fakeIIN(serial uint64) osms.IIN {
	for {
		eleven := uint64(7031460000) + serial%10000
		if d, ok := osms.CheckDigit(eleven); ok {
			return osms.IIN(eleven*10 + uint64(d))
		}
		serial++
	}
}

func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if *keepDir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keepDir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is written:\n%s", path, got)
	}
}
