package intake

import (
	"io"
	"os"
	"strings"
)

// Proof is what a sidecar says about the bytes of its file.
type Proof string

const (
	NoProof     Proof = ""           // there is no sidecar
	Matches     Proof = "matches"    // it states the digest of these bytes
	Differs     Proof = "differs"    // it states another one
	NoneInProof Proof = "unreadable" // it states none
)

// maxSidecar is how many bytes of a sidecar are read.
const maxSidecar = 4 << 10

// readSidecar gives the digest that a sidecar states ("" for none). It may be
// written bare, as sha256sum does ("digest  name", "digest *name"), or as BSD
// does ("SHA256 (name) = digest"); the first digest counts.
func readSidecar(dir *os.Root, found Found, step Step) (string, error) {
	f, opened, err := openRegular(dir, found.Sidecar, step)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if !unchanged(found.sideInfo, opened) {
		return "", ErrChanged
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSidecar))
	if err != nil {
		return "", fault("read", f.Name(), err)
	}
	return digestIn(string(text)), nil
}

// proof compares the digest that a sidecar states ("" for none) with the file's.
func proof(stated, sha256 string) Proof {
	switch stated {
	case "":
		return NoneInProof
	case sha256:
		return Matches
	}
	return Differs
}

func digestIn(text string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	for _, word := range strings.Fields(text) {
		if word = strings.ToLower(strings.TrimPrefix(word, `\`)); isDigest(word) {
			return word
		}
	}
	return ""
}
