package osms

// Sex as rosters state it.
type Sex string

const (
	Male   Sex = "male"
	Female Sex = "female"
)

// StudyForm is the form of study. Only full-time (очная, күндізгі) study
// gives a claim: law No 405-V, Art. 26(1)(13).
type StudyForm string

const (
	FullTime StudyForm = "full_time"
	PartTime StudyForm = "part_time"
	Evening  StudyForm = "evening"
	Distance StudyForm = "distance"
	External StudyForm = "external"
)

// Level is the level of education.
type Level string

const (
	Secondary     Level = "secondary"
	TVET          Level = "tvet" // technical and professional (ТиПО, ТжКБ)
	PostSecondary Level = "post_secondary"
	Higher        Level = "higher"
	Postgraduate  Level = "postgraduate"
)

// Status is what a row says of a learner's place.
type Status string

const (
	Studying       Status = "studying"
	AcademicLeave  Status = "academic_leave"
	Expelled       Status = "expelled"
	Graduated      Status = "graduated"
	TransferredOut Status = "transferred_out"
)

// Leaving reports whether the status ends an enrolment.
func (s Status) Leaving() bool {
	return s == Expelled || s == Graduated || s == TransferredOut
}

// Category is a ground of Art. 26 of law No 405-V on which the state pays, as
// the law numbers it ("13", "6-1", "26-1.1.2").
type Category string

const (
	Child   Category = "1"  // until the end of the month of the 18th birthday
	Learner Category = "13" // full-time learners, any age
)

// Name is a person's name as it was written. Names are compared on FoldName
// and never repaired.
type Name struct {
	Surname, Given, Patronymic string
}

// String joins the parts in the order surname, given name, patronymic.
func (n Name) String() string {
	s := n.Surname
	for _, part := range []string{n.Given, n.Patronymic} {
		if part != "" {
			if s != "" {
				s += " "
			}
			s += part
		}
	}
	return s
}
