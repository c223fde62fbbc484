package remote

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"osmsd/importers/intake"
)

// Processed is the folder, right below the one that is read, into which files go
// that were taken.
const Processed = "processed"

// After says what becomes of a file on its server once it was taken here.
type After string

const (
	Leave  After = "leave"
	Move   After = "move" // into Processed
	Delete After = "delete"
)

// Entry is one version of a file in the folder that is read.
type Entry struct {
	Name     string // as the server gives it: show it through intake.Shown only
	Size     int64
	Modified time.Time // by the server's clock, whole seconds
	Version  string    // the ETag; "" over SFTP
}

// Same reports the same version of a file. Where there is an ETag it tells by
// itself: stores do not say the time the same way everywhere.
func (e Entry) Same(o Entry) bool {
	return e.Name == o.Name && e.Size == o.Size && e.Version == o.Version && (e.Version != "" || e.Modified.Equal(o.Modified))
}

// Listing is one look at the folder. Entries are deliveries, the oldest first,
// then by name. Odd are names that are never fetched.
type Listing struct {
	Entries []Entry
	Odd     []Odd

	sidecars map[string]Entry // by the name of the file
}

// Odd is a name that is never fetched, as it may be shown, and why.
type Odd struct {
	Name   string
	Reason Reason
}

// wire is a protocol. Its errors are faults.
type wire interface {
	// list gives every file in the folder: no folders, no links.
	list(ctx context.Context, most int) ([]Entry, error)
	// look gives the version that is there now; fs.ErrNotExist when none is.
	look(ctx context.Context, name string) (Entry, error)
	// read opens a version; the reader may give more or fewer bytes than it has.
	// stated is the SHA-256 that the server keeps of it, "" for none.
	read(ctx context.Context, e Entry) (r io.ReadCloser, stated string, err error)
	// move puts a version into Processed under a name, or under other when that is
	// taken there; remove removes it. What is another version by then stays, and
	// what is gone already is done.
	move(ctx context.Context, e Entry, name, other string) error
	remove(ctx context.Context, e Entry, aside string) error
	// put writes a file whole or not at all, below the folder.
	put(ctx context.Context, path string, f io.ReadSeeker, size int64, sum [sha256.Size]byte) error
	close() error
}

// Place is an open folder or bucket. It is used by one goroutine.
type Place struct {
	o    Options
	line *line
	wire wire
	// Key is the server's host key, as it was shown and found to be the pinned one:
	// its fingerprint; "" for a bucket.
	Key string
}

// Open reaches the server. It is left when ctx ends.
func Open(ctx context.Context, o Options) (*Place, error) {
	o = o.withDefaults()
	p := &Place{o: o, line: newLine(o)}
	var err error
	switch {
	case o.SFTP != nil:
		p.wire, p.Key, err = openSFTP(ctx, p.line, o)
	case o.S3 != nil:
		p.wire, err = openS3(p.line, o)
	default:
		err = errors.New("neither sftp nor s3")
	}
	if err != nil {
		return nil, p.line.fault(err, Unreachable)
	}
	return p, nil
}

// Close leaves the server.
func (p *Place) Close() error { return p.wire.close() }

// List looks at the folder.
func (p *Place) List(ctx context.Context) (Listing, error) {
	p.line.allow(p.o.ListedBytes)
	all, err := p.wire.list(ctx, p.o.Listed)
	p.line.allow(-1)
	if err != nil {
		return Listing{}, p.line.fault(err, Refused)
	}
	names, byName := make([]string, 0, len(all)), make(map[string]Entry, len(all))
	l := Listing{sidecars: map[string]Entry{}}
	for _, e := range all {
		if !sound(e.Name) {
			l.Odd = append(l.Odd, Odd{intake.Shown(e.Name), BadName})
			continue
		}
		names, byName[e.Name] = append(names, e.Name), e
	}
	files, sidecars := intake.Deliveries(names)
	for _, name := range files {
		e := byName[name]
		if e.Size > p.o.Limit || e.Size < 0 {
			l.Odd = append(l.Odd, Odd{intake.Shown(name), TooLarge})
			continue
		}
		l.Entries = append(l.Entries, e)
		if side, ok := sidecars[name]; ok {
			l.sidecars[name] = byName[side]
		}
	}
	slices.SortFunc(l.Entries, func(a, b Entry) int { return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.Name, b.Name)) })
	slices.SortFunc(l.Odd, func(a, b Odd) int { return cmp.Compare(a.Name, b.Name) })
	return l, nil
}

// sound reports a name that asks for one file in the folder and no other. What
// else is in it does not matter: no path here is made of it.
func sound(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= 1000 && !strings.ContainsAny(name, "/\x00")
}

// Sidecar is the file beside e that states its digest.
func (l Listing) Sidecar(e Entry) (Entry, bool) {
	side, ok := l.sidecars[e.Name]
	return side, ok
}

// maxSidecar is how many bytes of a sidecar are read.
const maxSidecar = 4 << 10

// Stated reads the digest that a sidecar states.
func (p *Place) Stated(ctx context.Context, side Entry) (string, error) {
	if side.Size > maxSidecar {
		return "", &Fault{Digest, errors.New("the sidecar is too large")}
	}
	var b strings.Builder
	if _, err := p.Fetch(ctx, side, &b); err != nil {
		return "", err
	}
	stated := intake.StatedDigest(b.String())
	if stated == "" {
		return "", &Fault{Digest, errors.New("the sidecar states no digest")}
	}
	return stated, nil
}

// Fetch copies a version to w and gives its SHA-256. It is an error unless all
// its bytes came, no more, and the file is still that version afterwards. An
// error of w comes back as it is.
func (p *Place) Fetch(ctx context.Context, e Entry, w io.Writer) (digest string, err error) {
	r, stated, err := p.wire.read(ctx, e)
	if err != nil {
		return "", p.line.fault(gone(err), Refused)
	}
	defer r.Close()
	h := sha256.New()
	own := &ours{w: w}
	n, err := io.Copy(io.MultiWriter(own, h), io.LimitReader(r, e.Size+1))
	switch {
	case own.err != nil:
		return "", own.err
	case err != nil && strings.Contains(err.Error(), "checksum did not match"): // the library has no name for it
		return "", &Fault{Digest, err}
	case err != nil:
		return "", p.line.fault(gone(err), Cut)
	case n != e.Size:
		return "", &Fault{Cut, fmt.Errorf("%d bytes came of %d", n, e.Size)}
	}
	digest = hex.EncodeToString(h.Sum(nil))
	if stated != "" && stated != digest {
		return "", &Fault{Digest, errors.New("the server states another digest")}
	}
	return digest, p.still(ctx, e)
}

// ours remembers that it was we who could not write.
type ours struct {
	w   io.Writer
	err error
}

func (o *ours) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	o.err = err
	return n, err
}

// still is nil when a file is there as it was listed.
func (p *Place) still(ctx context.Context, e Entry) error {
	now, err := p.wire.look(ctx, e.Name)
	if err != nil {
		return p.line.fault(gone(err), Refused)
	}
	if !now.Same(e) {
		return changed
	}
	return nil
}

var changed = &Fault{Changed, errors.New("it is another version now")}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Fault{Changed, errors.New("it is not there")}
	}
	return err
}

// End does with a file that was taken, and with its sidecar, what is to become
// of it. name is ours and unlike any other: what it is called on the way, and in
// Processed when its own name is taken there. What is another version by now
// stays (Changed); what is gone already is done.
func (p *Place) End(ctx context.Context, e Entry, after After, name string) error {
	if after != Move && after != Delete {
		return nil
	}
	end := func(e Entry, name string) error {
		if after == Delete {
			return p.wire.remove(ctx, e, name)
		}
		return p.wire.move(ctx, e, e.Name, name)
	}
	// The sidecar last: without it the file would be fetched unproved, if it were
	// fetched again.
	if err := end(e, name); err != nil {
		return p.line.fault(err, Unmoved)
	}
	for _, side := range intake.SidecarsOf(e.Name) {
		there, err := p.wire.look(ctx, side)
		if err == nil {
			err = end(there, name+path.Ext(side))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return p.line.fault(err, Unmoved)
		}
	}
	return nil
}

// Put writes a file below the folder, whole or not at all, and looks whether it
// is there. below is a folder that the operator named, "" for none; at is a path
// of folders and a name in it, all of our making. Nothing that was there is
// removed; a file of the same name is replaced by its newer version where the
// server can do that at once (else Taken).
func (p *Place) Put(ctx context.Context, below, at string, f io.ReadSeeker, size int64, digest string) error {
	var sum [sha256.Size]byte
	if n, err := hex.Decode(sum[:], []byte(digest)); err != nil || n != len(sum) {
		return fmt.Errorf("put: %q is no digest", digest)
	}
	for part := range strings.SplitSeq(at, "/") {
		if intake.SafeName(part) != part {
			return &Fault{BadName, intake.ErrName}
		}
	}
	return p.line.fault(p.wire.put(ctx, path.Join(below, at), f, size, sum), Refused)
}
