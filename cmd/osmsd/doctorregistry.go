package main

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (d *doctor) database(context.Context) finding {
	switch {
	case d.none:
		return d.warning("doctor.database.none", d.address())
	case errors.Is(d.away, store.ErrNewerSchema):
		return d.fault("newer")
	case d.away != nil && !store.IsPostgres(d.address()):
		return d.fault("doctor.database.broken", d.address(), innermost(d.away))
	case d.away != nil:
		return d.fault("doctor.database.away", innermost(d.away))
	}
	return d.fine("doctor.database", d.health.Database, d.health.Version)
}

// leastPostgres is the oldest PostgreSQL whose SQL and whose driver suffice.
const leastPostgres = 14

// fewConnections is what a daemon with its console and a few commands may need.
const fewConnections = 20

func (d *doctor) databaseChecks() []check {
	list := []check{{"schema", d.schema}, {"encoding", d.encoding}}
	if d.health.Database == "postgres" {
		return append(list, check{"version", d.postgresVersion}, check{"clock", d.clock}, check{"connections", d.connections}, check{"standby", d.standby})
	}
	return append(list, check{"journal", d.journalMode}, check{"integrity", d.integrity})
}

func (d *doctor) schema(context.Context) finding {
	switch h := d.health; {
	case h.Schema == 0:
		return d.warning("doctor.schema.none")
	case h.Schema > h.Known:
		return d.fault("doctor.schema.newer", h.Schema, h.Known)
	case h.Schema < h.Known:
		return d.warning("doctor.schema.older", h.Schema, h.Known)
	}
	return d.fine("doctor.schema", d.health.Schema)
}

func (d *doctor) encoding(context.Context) finding {
	if e := d.health.Encoding; e != "UTF8" && e != "UTF-8" {
		return d.fault("doctor.encoding.other", e)
	}
	if d.health.Zone == "" {
		return d.fine("doctor.encoding", d.health.Encoding)
	}
	// Moments are whole seconds since 1970: the server's zone changes nothing.
	return d.fine("doctor.encoding.zone", d.health.Encoding, d.health.Zone, d.cfg.TimeZone)
}

func (d *doctor) postgresVersion(context.Context) finding {
	if d.health.Major < leastPostgres {
		return d.fault("doctor.version.old", d.health.Version, leastPostgres)
	}
	return d.fine("doctor.version", d.health.Version)
}

func (d *doctor) clock(context.Context) finding {
	difference := time.Since(d.health.Clock).Abs() // with the machine's clock, not a rehearsed one
	switch seconds := int(difference / time.Second); {
	case difference > time.Minute:
		return d.fault("doctor.clock.off", seconds)
	case difference > 5*time.Second:
		return d.warning("doctor.clock.off", seconds)
	default:
		return d.fine("doctor.clock", seconds)
	}
}

func (d *doctor) connections(context.Context) finding {
	switch h := d.health; {
	case h.Most < fewConnections:
		return d.warning("doctor.connections.few", h.Most, fewConnections)
	case h.Connections*10 > h.Most*8:
		return d.warning("doctor.connections.full", h.Connections, h.Most)
	}
	return d.fine("doctor.connections", d.health.Connections, d.health.Most)
}

func (d *doctor) standby(context.Context) finding {
	if d.health.Standby {
		return d.fault("doctor.standby")
	}
	return d.fine("doctor.primary")
}

func (d *doctor) journalMode(context.Context) finding {
	if d.health.Journal != "wal" {
		return d.warning("doctor.journal.other", d.health.Journal)
	}
	return d.fine("doctor.journal")
}

func (d *doctor) integrity(context.Context) finding {
	if d.health.Damage != "" {
		return d.fault("doctor.integrity.damaged", d.health.Damage)
	}
	return d.fine("doctor.integrity")
}

// sample is how many originals are read without --full.
const sample = 50

func (d *doctor) archive(ctx context.Context) finding {
	files, err := d.store.Files(ctx)
	if err != nil {
		return d.fault("doctor.database.away", innermost(err))
	}
	gone, err := d.store.DestroyedOriginals(ctx)
	if err != nil {
		return d.fault("doctor.database.away", innermost(err))
	}
	dir := d.folders(d.home).Archive
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if len(files) > len(gone) {
			return d.fault("doctor.archive.gone", dir, grouped(len(files)))
		}
		return d.fine("doctor.archive.none")
	}
	archive, err := intake.ReadArchive(dir)
	if err != nil {
		return d.fault("doctor.archive.away", d.reason(err))
	}
	defer archive.Close()
	missing, damaged, read := 0, 0, 0
	progress := d.progress()
	for i, n := range rand.Perm(len(files)) {
		sha := files[n]
		if gone[sha] {
			continue
		}
		if !d.full && read == sample {
			break
		}
		progress("archive", i, len(files))
		switch err := archive.VerifyOne(ctx, sha); {
		case errors.Is(err, fs.ErrNotExist):
			missing++
		case err != nil:
			damaged++
		}
		read++
	}
	if missing+damaged > 0 {
		return d.fault("doctor.archive.damaged", grouped(read), grouped(missing), grouped(damaged))
	}
	return d.fine("doctor.archive", grouped(read), grouped(len(files)))
}

func (d *doctor) runs(context.Context) finding {
	w := d.waiting
	working := w.Holder != "" && w.Until.After(d.Clock())
	switch {
	case w.Open > 0 && !working:
		return d.warning("doctor.runs.cut", grouped(w.Open))
	case w.Interrupted > 0:
		return d.warning("doctor.runs.interrupted", w.Interrupted)
	case working:
		return d.fine("doctor.runs.working", w.Holder)
	}
	return d.fine("doctor.runs")
}

// How late a job may be before it is a warning, and a fault.
const (
	lateJob    = 15 * time.Minute
	tooLateJob = 24 * time.Hour
)

// jobs gives a check for every job that has a schedule.
func (d *doctor) jobs() []check {
	days, err := d.workingDays()
	if err != nil {
		return nil // said by configuration
	}
	timetable, err := jobs.NewTimetable(d.tasks(), d.zone(), days)
	if err != nil {
		return nil
	}
	var list []check
	for _, job := range timetable.Jobs() {
		list = append(list, check{"job_" + string(job), func(ctx context.Context) finding { return d.job(ctx, job, timetable) }})
	}
	return list
}

// job compares a job's last success with its schedule. Its due time in the
// registry moves on only when it ran.
func (d *doctor) job(ctx context.Context, job osms.Job, timetable *jobs.Timetable) finding {
	all, err := d.store.Health(ctx)
	if err != nil {
		return d.fault("doctor.database.away", innermost(err))
	}
	health := all[job]
	due := health.Due
	now, last := d.Clock(), d.say("doctor.job.never")
	if !health.Succeeded.IsZero() {
		last = d.moment(health.Succeeded)
	}
	late := now.Sub(due)
	switch {
	case due.IsZero():
		return d.warning("doctor.job.unplanned", job, last)
	case late > tooLateJob:
		return d.fault("doctor.job.late", job, d.moment(due), d.ago(late), last)
	case late > lateJob:
		return d.warning("doctor.job.late", job, d.moment(due), d.ago(late), last)
	case health.State == osms.Failed:
		return d.warning("doctor.job.failed", job, last)
	}
	return d.fine("doctor.job", job, last, d.moment(due))
}

func (d *doctor) moment(t time.Time) string { return t.In(d.zone()).Format("2006-01-02 15:04") }

func (d *doctor) held(context.Context) finding {
	if w := d.waiting; w.Held > 0 {
		return d.warning("doctor.held", grouped(w.Held), d.moment(w.HeldSince))
	}
	return d.fine("doctor.held.none")
}

func (d *doctor) letters(context.Context) finding {
	if n := d.waiting.Letters; n > 0 {
		return d.warning("doctor.letters", grouped(n))
	}
	return d.fine("doctor.letters.none")
}

func (d *doctor) requests(context.Context) finding {
	if w := d.waiting; w.Requests+w.Answers > 0 {
		return d.warning("doctor.requests", grouped(w.Requests), grouped(w.Answers))
	}
	return d.fine("doctor.requests.none")
}

func (d *doctor) unfinished(context.Context) finding {
	if n := d.waiting.Unfinished; n > 0 {
		return d.warning("doctor.unfinished", grouped(n))
	}
	return d.fine("doctor.unfinished.none")
}
