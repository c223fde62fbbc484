package jobs

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// An archive of files (a .zip of rosters) is unpacked one level. Each member is
// a file like any other: its bytes go into the archive by their digest, it has
// its own import, outcome and receipts, under the name ARCHIVE/MEMBER. When all
// are dealt with, the archive itself ends in the outcome that its members tell
// (osms.OutcomeOf), with a receipt that lists them.
//
// The archive stays in its drop folder until then. After a crash it is claimed
// again: members that were committed are known as deliveries that are not
// finished, and only their receipts are handed out once more.

// readBatch looks whether the bytes are an archive of files.
func (d *Desk) readBatch(drop Drop, f *os.File) (Reading, bool) {
	r := Reading{Drop: drop}
	b, err := sheet.OpenBatch(f, drop.Size, d.Limits)
	if err != nil {
		return r, errors.As(err, &r.Refusal)
	}
	r.batch = b != nil
	return r, r.batch
}

// batchRun is an archive of files on its way.
type batchRun struct {
	desk    *Desk
	archive Reading
	zip     *sheet.Batch
	proofs  map[string]sheet.Member // sidecars by the name of their file
	done    []store.Unfinished
}

// settleBatch takes the members of an archive in order of their names, each
// with take, then the archive itself, which is the answer. done are the
// deliveries that are finished when the archive is.
func (d *Desk) settleBatch(ctx context.Context, r Reading, take func(Reading) Taken, each func(Taken)) (last Taken, done []store.Unfinished) {
	last.Report.File = r.Name
	f, err := d.Archive.Open(r.SHA256)
	if err != nil {
		last.Err = err
		return last, nil
	}
	defer f.Close()
	b := batchRun{desk: d, archive: r}
	if b.zip, last.Err = sheet.OpenBatch(f, r.Size, d.Limits); last.Err != nil {
		return last, nil
	}
	if b.zip == nil {
		last.Err = intake.ErrDamaged
		return last, nil
	}
	for _, m := range b.members() {
		if last.Err = ctx.Err(); last.Err != nil {
			return last, nil
		}
		member, err := b.read(m)
		if err != nil {
			last.Err = err
			return last, nil
		}
		taken := take(member)
		if taken.Err != nil {
			last.Err = taken.Err
			return last, nil
		}
		each(taken)
		b.note(m, taken.Report)
		b.done = append(b.done, store.Unfinished{Channel: member.Channel, Name: taken.Report.File, SHA256: member.SHA256})
	}
	return take(b.archive), b.done
}

// members gives the files to take, in order of their names, and counts the
// rest: what is nobody's delivery, and sidecars.
func (b *batchRun) members() []sheet.Member {
	names := map[string]bool{}
	for _, m := range b.zip.Members {
		names[m.Name] = true
	}
	b.proofs = map[string]sheet.Member{}
	var out []sheet.Member
	for _, m := range b.zip.Members {
		owner, is := intake.SidecarOf(m.Name)
		switch {
		case intake.JunkMember(m.Name):
			b.archive.junk++
		case is && names[owner]:
			b.proofs[owner] = m
			b.archive.junk++
		default:
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b sheet.Member) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// read keeps the bytes of a member and reads them. What cannot be unpacked is
// kept as it lies in the archive, and refused.
func (b *batchRun) read(m sheet.Member) (Reading, error) {
	d := b.desk
	drop := b.archive.Drop
	drop.Name += "/" + m.Name
	kept, refusal, err := b.unpack(m)
	if err != nil {
		return Reading{Drop: drop}, err
	}
	drop.SHA256, drop.Size = kept.SHA256, kept.Size
	if refusal != nil {
		return Reading{Drop: drop, Refusal: refusal}, nil
	}
	proof := intake.NoProof
	if sidecar, ok := b.proofs[m.Name]; ok {
		if proof, err = b.stated(sidecar, kept.SHA256); err != nil {
			return Reading{Drop: drop}, err
		}
	}
	drop.Sidecar = proof == intake.Matches
	r, err := d.Read(drop)
	if err != nil {
		return r, err
	}
	if r.batch {
		return Reading{Drop: drop, Refusal: &osms.FileError{Code: osms.FileUnsupportedFormat,
			Detail: "an archive inside an archive: unpack it and send the files in it"}}, nil
	}
	return d.admit(r, proof), nil
}

func (b *batchRun) unpack(m sheet.Member) (intake.Kept, *osms.FileError, error) {
	archive, limit := b.desk.Archive, b.desk.Limits.FileBytes
	in, err := b.zip.Open(m)
	if err == nil {
		var kept intake.Kept
		if kept, err = archive.Keep(in, limit); err == nil {
			return kept, nil, nil
		}
	}
	refusal, broken := errors.AsType[*osms.FileError](err)
	if !broken {
		return intake.Kept{}, nil, err
	}
	kept, err := archive.Keep(b.zip.Raw(m), limit)
	return kept, refusal, err
}

// stated reads a sidecar inside the archive; one that cannot be read states
// nothing.
func (b *batchRun) stated(sidecar sheet.Member, sha256 string) (intake.Proof, error) {
	in, err := b.zip.Open(sidecar)
	if err == nil {
		var proof intake.Proof
		if proof, err = intake.Stated(in, sha256); err == nil {
			return proof, nil
		}
	}
	if _, broken := errors.AsType[*osms.FileError](err); broken {
		return intake.NoneInProof, nil
	}
	return intake.NoProof, err
}

// note puts a member's outcome into what is said about the archive.
func (b *batchRun) note(m sheet.Member, r osms.FileReport) {
	b.archive.members = append(b.archive.members, osms.Member{File: m.Name, SHA256: r.SHA256, Outcome: r.Outcome,
		Held: r.Held, Refused: r.Refused, Import: r.Import, Error: r.Error})
}

// batchReport is what is said about an archive of files.
func (r Reading) batchReport() osms.FileReport {
	report := r.report()
	report.Format, report.Members, report.Junk = "zip", r.members, r.junk
	report.Outcome = osms.OutcomeOf(r.members)
	for _, m := range r.members {
		report.Held = report.Held || m.Held
	}
	switch {
	case report.Outcome != osms.FileRefused:
	case len(r.members) == 0:
		report.Error = &osms.FileError{Code: osms.FileEmpty, Detail: "the archive holds no files"}
	default: // the first will do: the receipt lists them all
		first := *r.members[0].Error
		first.Where = strings.TrimSuffix(intake.Shown(r.members[0].File)+", "+first.Where, ", ")
		report.Error = &first
	}
	return report
}
