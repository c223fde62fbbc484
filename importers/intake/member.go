package intake

import (
	"io"
	"strings"
)

// JunkMember reports a file of an archive that is nobody's delivery: what
// macOS, Windows and Excel put beside files and pack with them.
func JunkMember(name string) bool {
	for segment := range strings.SplitSeq(name, "/") {
		if segment == "__MACOSX" || ignored(segment) {
			return true
		}
	}
	return false
}

// SidecarOf gives the file that a name like NAME.sha256 states the digest of.
func SidecarOf(name string) (string, bool) { return sidecarOf(name) }

// Stated compares what a sidecar says with the digest of its file's bytes.
func Stated(sidecar io.Reader, sha256 string) (Proof, error) {
	text, err := io.ReadAll(io.LimitReader(sidecar, maxSidecar))
	if err != nil {
		return NoProof, err
	}
	return proof(digestIn(string(text)), sha256), nil
}
