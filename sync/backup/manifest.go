package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
)

// Names of entries that mean something by themselves.
const (
	RegistryEntry = "registry.db"
	archiveFolder = "archive/"
	manifestEntry = "manifest.json"
)

// format is the first thing that a manifest says.
const format = "osmsd backup 1"

var (
	// ErrForeign says that a file is no backup of this program.
	ErrForeign = errors.New("the file is no backup")
	// ErrCut says that the end of a backup is missing.
	ErrCut = errors.New("the backup was cut short")
	// ErrChanged says that a backup is not as it was written.
	ErrChanged = errors.New("the backup was changed")
)

// Manifest tells what a backup holds.
type Manifest struct {
	Format   string    `json:"format"`
	Program  string    `json:"program"`  // version of the program that wrote it
	Schema   int       `json:"schema"`   // of the registry in it
	Database string    `json:"database"` // kind of database that it was kept in
	Made     time.Time `json:"made"`
	Sequence int64     `json:"sequence"` // the last decision in it
	Head     string    `json:"chain_head"`
	// Files and Bytes count the entries; they are not written down but counted.
	Files int   `json:"-"`
	Bytes int64 `json:"-"`
}

// entry is one file in a backup.
type entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// listing is the digest of a list of entries.
type listing struct{ hash.Hash }

func newListing() listing { return listing{sha256.New()} }

func (l listing) add(e entry) { fmt.Fprintf(l, "%q %d %s\n", e.Name, e.Size, e.SHA256) }

func (l listing) sum() string { return hex.EncodeToString(l.Sum(nil)) }

// manifestWriter writes a manifest entry by entry: JSON with one entry a line, so
// that it is read back line by line however long it is.
type manifestWriter struct {
	w     *bufio.Writer
	sum   hash.Hash
	first bool
	err   error
}

func newManifestWriter(w io.Writer, m Manifest) *manifestWriter {
	m.Format = format
	b := &manifestWriter{w: bufio.NewWriter(w), sum: sha256.New(), first: true}
	head, err := json.Marshal(m)
	b.err = err
	b.line("{\"manifest\": " + string(head) + ",")
	b.line(`"files": [`)
	return b
}

func (b *manifestWriter) line(text string) {
	if b.err == nil {
		_, b.err = io.WriteString(io.MultiWriter(b.w, b.sum), text+"\n")
	}
}

func (b *manifestWriter) add(e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	comma := ","
	if b.first {
		comma, b.first = "", false
	}
	b.line(comma + string(text))
	return b.err
}

func (b *manifestWriter) close() error {
	b.line("],")
	b.line(`"sha256": "` + hex.EncodeToString(b.sum.Sum(nil)) + `"}`)
	if b.err != nil {
		return b.err
	}
	return b.w.Flush()
}

// longestLine bounds a line of a manifest.
const longestLine = 64 << 10

// readManifest reads what manifestWriter wrote and gives the digest of its list.
func readManifest(r io.Reader) (m Manifest, list string, err error) {
	lines, sum, entries := bufio.NewReaderSize(r, longestLine), sha256.New(), newListing()
	next := func() (string, error) {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return "", ErrChanged
		}
		return string(line), nil
	}
	head, err := next()
	if err != nil {
		return m, "", err
	}
	sum.Write([]byte(head))
	head, ok := strings.CutPrefix(strings.TrimSuffix(head, ",\n"), "{\"manifest\": ")
	if !ok || json.Unmarshal([]byte(head), &m) != nil || m.Format != format {
		return m, "", ErrChanged
	}
	for {
		line, err := next()
		if err != nil {
			return m, "", err
		}
		if said, ok := strings.CutPrefix(line, `"sha256": "`); ok {
			if said != hex.EncodeToString(sum.Sum(nil))+"\"}\n" {
				return m, "", ErrChanged
			}
			break
		}
		sum.Write([]byte(line))
		if line == "\"files\": [\n" || line == "],\n" {
			continue
		}
		var e entry
		d := json.NewDecoder(bytes.NewReader([]byte(strings.TrimPrefix(line, ","))))
		if d.Decode(&e) != nil {
			return m, "", ErrChanged
		}
		entries.add(e)
		m.Files++
		m.Bytes += e.Size
	}
	if _, err := lines.ReadByte(); err != io.EOF {
		return m, "", ErrChanged
	}
	return m, entries.sum(), nil
}
