package osms

// Member is what became of one file of an archive of files. Each has a report
// of its own beside the archive's, under the name ARCHIVE/MEMBER.
type Member struct {
	File    string // its name inside the archive
	SHA256  string
	Outcome Outcome
	Held    bool
	Refused int   // rows
	Import  int64 // 0: none
	Error   *FileError
}

// OutcomeOf is the one outcome of an archive of files, told by its members:
//
//	refused                when none of them could be taken, or there are none
//	held                   when a part of any waits for an administrator
//	applied_with_refusals  when a row or a whole file of it was refused
//	already_applied        when nothing in it was new
//	superseded             when nothing in it counts any more
//	applied                otherwise
func OutcomeOf(members []Member) Outcome {
	n := map[Outcome]int{}
	for _, m := range members {
		n[m.Outcome]++
		if m.Held && m.Outcome != Held {
			n[Held]++
		}
	}
	switch {
	case n[FileRefused] == len(members):
		return FileRefused
	case n[Held] > 0:
		return Held
	case n[FileRefused]+n[AppliedWithRefusals] > 0:
		return AppliedWithRefusals
	case n[AlreadyApplied] == len(members):
		return AlreadyApplied
	case n[AlreadyApplied]+n[Superseded] == len(members):
		return Superseded
	}
	return Applied
}
