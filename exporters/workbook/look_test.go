package workbook

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// With -keep DIR the tests leave what they write there, to be looked at.
var keepDir = flag.String("keep", "", "folder that keeps what the tests write")

func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if *keepDir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keepDir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
