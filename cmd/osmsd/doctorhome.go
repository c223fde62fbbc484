package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"osmsd/config"
	"osmsd/importers/intake"
	"osmsd/sync/contribution"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

func (d *doctor) configuration(context.Context) finding {
	var faults config.Faults
	if errors.As(d.faulty, &faults) {
		return d.fault("doctor.configuration.faults", grouped(len(faults)), faults[0].String())
	}
	if d.faulty != nil {
		return d.fault("doctor.configuration.unreadable", d.reason(d.faulty))
	}
	days, err := d.workingDays()
	if err != nil {
		return d.fault("doctor.calendar", d.reason(err))
	}
	if _, err := d.lawTexts(); err != nil {
		return d.fault("doctor.law", d.reason(err))
	}
	if v, ok := d.Env("OSMSD_NOW"); ok && v != "" {
		return d.warning("doctor.rehearsed", v)
	}
	return d.fine("doctor.configuration", days.Version())
}

// unverified says which facts nobody has confirmed: keys of the configuration, the
// rate of this year, and wordings that are ours.
func (d *doctor) unverified(context.Context) finding {
	today := osms.DateOf(d.Clock().In(d.zone()))
	open := d.cfg.Unverified()
	for _, r := range d.cfg.StateRates() {
		if year := today.Month().Year(); r.Year == year && (r.Unverified || r.Base == 0) {
			open = append(open, "rates: "+osms.Month(year*100 + 1).String()[:4])
		}
	}
	ours := 0
	if texts, err := d.lawTexts(); err == nil {
		for _, row := range shownRule(texts.At(today)) {
			if row.Official == law.Ours {
				ours++
			}
		}
	}
	if len(open)+ours == 0 {
		return d.fine("doctor.verified")
	}
	return d.warning("doctor.unverified", grouped(len(open)), strings.Join(open, ", "), grouped(ours))
}

// rateAhead is how many days before a year begins its rate is missed: the law of
// the budget that it follows from is made by then.
const rateAhead = 60

// rates tells of a year without a rate, in time: no money of it can be worked out.
func (d *doctor) rates(context.Context) finding {
	today := osms.DateOf(d.Clock().In(d.zone()))
	known := d.cfg.StateRates()
	for _, m := range []osms.Month{today.Month(), today.Add(rateAhead).Month()} {
		if _, err := contribution.RateFor(m, known); err != nil {
			return d.warning("doctor.norate", m.Year())
		}
	}
	return d.fine("doctor.rates")
}

// othersMay reports whether others than owner and group may do something in a folder.
func othersMay(info fs.FileInfo) bool {
	return info.Mode().Perm()&0o007 != 0 && runtime.GOOS != "windows"
}

func (d *doctor) homeFolder(context.Context) finding {
	info, err := os.Stat(d.home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d.warning("doctor.home.none", d.home)
	case err != nil:
		return d.fault("doctor.home.away", d.reason(err))
	case !info.IsDir():
		return d.fault("doctor.home.file", d.home)
	case !writable(d.home):
		return d.fault("doctor.home.readonly", d.home)
	}
	registry := filepath.Join(d.home, "registry.db")
	if info, err := os.Stat(registry); err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return d.fault("doctor.registry.open", registry, info.Mode().Perm().String())
	}
	if othersMay(info) {
		return d.warning("doctor.home.open", d.home, info.Mode().Perm().String())
	}
	return d.fine("doctor.home", d.home)
}

func (d *doctor) outFolders(context.Context) finding {
	f := d.folders(d.home)
	var missing []string
	for _, dir := range []string{f.Inbox, f.Returned, f.Letters, f.Reports, f.Statements, f.Archive} {
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, f.Shown(dir))
		case err != nil:
			return d.fault("doctor.folder.away", d.reason(err))
		case !info.IsDir():
			return d.fault("doctor.folder.file", dir)
		case !writable(dir):
			return d.fault("doctor.folder.readonly", dir)
		case othersMay(info):
			return d.warning("doctor.folder.open", dir, info.Mode().Perm().String())
		}
	}
	if len(missing) > 0 {
		return d.fine("doctor.folders.missing", strings.Join(missing, ", "))
	}
	return d.fine("doctor.folders")
}

// drops are the names of all drop folders.
func drops() []string {
	names := []string{intake.FolderLedger, intake.FolderApplications, intake.FolderRequests, intake.FolderOrganisations}
	for _, r := range regionCodes() {
		names = append(names, r.String())
	}
	return names
}

func (d *doctor) dropFolders(context.Context) finding {
	inbox := d.folders(d.home).Inbox
	if _, err := os.Stat(inbox); errors.Is(err, fs.ErrNotExist) {
		return d.warning("doctor.drops.none", inbox)
	}
	var missing []string
	for _, name := range drops() {
		dir := filepath.Join(inbox, name)
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, name)
		case err != nil:
			return d.fault("doctor.folder.away", d.reason(err))
		case !info.IsDir():
			return d.fault("doctor.folder.file", dir)
		case !writable(dir):
			return d.fault("doctor.drops.readonly", dir)
		}
	}
	if len(missing) > 0 {
		return d.warning("doctor.drops.missing", grouped(len(missing)), strings.Join(missing, ", "))
	}
	return d.fine("doctor.drops", grouped(len(drops())))
}

// lateFile is how long a file may lie in a drop folder before somebody should
// look: the daemon takes it within seconds, and what it leaves it leaves for good.
const lateFile = time.Hour

func (d *doctor) waitingFiles(context.Context) finding {
	inbox := d.folders(d.home).Inbox
	files, folder, oldest := 0, "", time.Time{}
	for _, name := range append(drops(), intake.FolderEvents) {
		entries, err := os.ReadDir(filepath.Join(inbox, name))
		if err != nil {
			continue // said by another line
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$") {
				continue
			}
			info, err := e.Info()
			if err != nil {
				continue
			}
			files++
			if oldest.IsZero() || info.ModTime().Before(oldest) {
				folder, oldest = name, info.ModTime()
			}
		}
	}
	if files == 0 {
		return d.fine("doctor.waiting.none")
	}
	lain := time.Since(oldest)
	if lain > lateFile {
		return d.warning("doctor.waiting.late", grouped(files), folder, d.ago(lain))
	}
	return d.fine("doctor.waiting", grouped(files), folder, d.ago(lain))
}

// What a disk should have free: below little it is a warning, below least a fault.
const (
	littleRoom, leastRoom   = 1 << 30, 100 << 20
	littleShare, leastShare = 5, 1 // per cent
)

func (d *doctor) disk(context.Context) finding {
	f := d.folders(d.home)
	worst := finding{}
	for _, dir := range []string{d.home, f.Inbox, f.Archive, f.Letters, f.Returned, filepath.Join(d.home, backupFolder)} {
		for dir != filepath.Dir(dir) {
			if _, err := os.Stat(dir); err == nil {
				break
			}
			dir = filepath.Dir(dir)
		}
		free, all, names, allNames, ok := room(dir)
		if !ok || all == 0 {
			continue
		}
		is := d.fine("doctor.disk", megabytes(free), free*100/all)
		switch {
		case free < leastRoom || free*100/all < leastShare && free < 10*littleRoom:
			is = d.fault("doctor.disk.full", dir, megabytes(free), free*100/all)
		case allNames > 0 && names*100/allNames < leastShare:
			is = d.fault("doctor.disk.names", dir, grouped(int(names)))
		case free < littleRoom || free*100/all < littleShare && free < 10*littleRoom:
			is = d.warning("doctor.disk.little", dir, megabytes(free), free*100/all)
		case allNames > 0 && names*100/allNames < littleShare:
			is = d.warning("doctor.disk.names", dir, grouped(int(names)))
		}
		if rank(is.level) > rank(worst.level) {
			worst = is
		}
	}
	if worst.level == "" {
		return d.fine("doctor.disk.unknown")
	}
	return worst
}

func rank(l level) int { return slices.Index([]level{"", levelFine, levelWarning, levelFault}, l) }

func megabytes(n uint64) string { return grouped(int(n >> 20)) }

func (d *doctor) key(context.Context) finding {
	path := d.underHome(d.cfg.Requests.Key)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d.fine("doctor.key.none", path)
	case err != nil:
		return d.fault("doctor.key.away", d.reason(err))
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows":
		return d.fault("doctor.key.open", path, info.Mode().Perm().String())
	}
	if _, err := os.Stat(publicFile(path)); err != nil {
		return d.warning("doctor.key.public", publicFile(path))
	}
	return d.fine("doctor.key", path)
}

// staleBackup is the age of the newest backup from which on it is a warning.
const staleBackup = 7 * 24 * time.Hour

func (d *doctor) backups(context.Context) finding {
	found, _ := filepath.Glob(filepath.Join(d.home, backupFolder, "*.tar"))
	newest := time.Time{}
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	switch age := time.Since(newest); {
	case newest.IsZero() && d.none:
		return d.fine("doctor.backups.nothing")
	case newest.IsZero():
		return d.warning("doctor.backups.none", filepath.Join(d.home, backupFolder))
	case age > staleBackup:
		return d.warning("doctor.backups.old", d.ago(age))
	default:
		return d.fine("doctor.backups", grouped(len(found)), d.ago(age))
	}
}
