package intake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"osmsd/sync/osms"
)

// Names of the drop folders that belong to no region.
const (
	FolderLedger        = "ledger"
	FolderApplications  = "applications"
	FolderRequests      = "requests"
	FolderEvents        = "events"
	FolderOrganisations = "organisations"
)

// Options of a Folder; a zero field takes its default.
type Options struct {
	// Rest is how long a file must be seen unchanged before it is read: 5 s.
	Rest time.Duration
	// Patience is the age up to which an incomplete file waits: 10 min.
	Patience time.Duration
	// Limit is the greatest size of a file in bytes: DefaultLimit.
	Limit int64
	// MaxFiles is how many names a folder may hold: 100,000. A fuller one is
	// reported and left alone, and the others go on.
	MaxFiles int
	Step     Step
}

// Folder is the inbox: a folder with one drop folder for each region, named by
// the two digits of KATO, and those for ledgers, applications, requests and
// organisations. It remembers between polls what it has seen; its methods are
// safe for concurrent use.
type Folder struct {
	dir string
	o   Options

	mu       sync.Mutex
	expected map[string]bool // drop folders that Prepare made
	seen     map[string]seen // by Found.Path
	stuck    map[string]Claimed
	restored map[string]bool // drop folders looked through for set-aside files
}

// Found is a file in a drop folder as it was when it was looked at.
type Found struct {
	Folder string // "63", "ledger" …; "" from the command line
	// Region whose channel the folder is; 0 for the others.
	Region osms.Region
	// Kind that the folder is for; in a region's folder KindRoster. "" from the
	// command line. What the file is, its content decides.
	Kind    osms.Kind
	Name    string // as it was dropped: show it through Shown only
	Path    string // Folder/Name, or the path given on the command line
	Size    int64
	ModTime time.Time
	// Sidecar is the name of the file beside it that states its digest, or "".
	Sidecar string

	info, sideInfo fs.FileInfo
	young          bool // younger than Options.Patience when it was seen
}

// String shows the path safely.
func (f Found) String() string { return Shown(f.Path) }

// OpenFolder makes the inbox if it is not there.
func OpenFolder(dir string, o Options) (*Folder, error) {
	f := &Folder{
		dir: dir, o: o.filled(),
		expected: map[string]bool{}, seen: map[string]seen{},
		stuck: map[string]Claimed{}, restored: map[string]bool{},
	}
	return f, makeFolder(dir, 0o770, o.Step)
}

// With is the same inbox by other options. It remembers what this one has seen;
// this one is not to be used any more.
func (f *Folder) With(o Options) *Folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &Folder{dir: f.dir, o: o.filled(), expected: f.expected, seen: f.seen, stuck: f.stuck, restored: f.restored}
}

func (o Options) filled() Options {
	if o.Rest <= 0 {
		o.Rest = 5 * time.Second
	}
	if o.Patience <= 0 {
		o.Patience = 10 * time.Minute
	}
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.MaxFiles <= 0 {
		o.MaxFiles = 100_000
	}
	return o
}

// Prepare makes the drop folders that are not there: of these regions, and
// those that belong to no region. From then on Poll reports one that is
// missing.
func (f *Folder) Prepare(regions []osms.Region) error {
	inbox, err := f.open()
	if err != nil {
		return err
	}
	defer inbox.Close()
	names := []string{FolderLedger, FolderApplications, FolderRequests, FolderOrganisations}
	for _, r := range regions {
		names = append(names, r.String())
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range names {
		if _, _, ok := dropFolder(name); !ok {
			return &Fault{Act: "make", Path: filepath.Join(f.dir, Shown(name)), Err: errors.New("no such region")}
		}
		f.expected[name] = true
		f.o.Step.before("mkdir")
		if err := inbox.Mkdir(name, 0o770); err != nil && !errors.Is(err, fs.ErrExist) {
			return fault("make", filepath.Join(f.dir, name), err)
		}
	}
	return syncFolder(inbox, ".", f.o.Step)
}

// open opens the inbox anew each time, so that a disk mounted meanwhile is
// seen.
func (f *Folder) open() (*os.Root, error) {
	f.o.Step.before("open")
	inbox, err := os.OpenRoot(f.dir)
	return inbox, fault("open", f.dir, err)
}

// dropFolder tells whose folder a name is.
func dropFolder(name string) (osms.Region, osms.Kind, bool) {
	switch name {
	case FolderLedger:
		return 0, osms.KindLedger, true
	case FolderApplications:
		return 0, osms.KindApplications, true
	case FolderRequests:
		return 0, osms.KindRequests, true
	case FolderOrganisations:
		return 0, osms.KindOrganisations, true
	case FolderEvents:
		return 0, osms.KindEvents, true
	}
	if len(name) != 2 {
		return 0, "", false
	}
	r, err := osms.ParseRegion(name)
	return r, osms.KindRoster, err == nil
}
