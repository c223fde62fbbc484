package mail

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Wording is how letters speak.
type Wording struct {
	// Language is kk, ru or en; "" is Kazakh and Russian together.
	Language string
	// Console is the address of the console; "": none is named.
	Console string
	Zone    *time.Location
}

// Files are what a letter brings and what it has to say about the rest.
type Files struct {
	Brought []Attachment
	// Kept is where the files lie that it does not bring, as people are told it;
	// "": there are none.
	Kept string
	// TooLarge: some do not come because they are larger than mails may be.
	TooLarge bool
}

// ForReceipt is the letter about what became of a file.
func ForReceipt(w Wording, r osms.FileReport, f Files) Letter {
	number := strconv.FormatInt(r.Arrival, 10)
	return w.letter(f, func(lang string) said {
		s := said{subject: fill(lang, receiptSubject, number, r.Outcome.In(lang))}
		if r.Region != 0 {
			s.subject = fill(lang, receiptRegionSubject, number, r.Region.In(lang), r.Outcome.In(lang))
		}
		s.add(fill(lang, receiptFile, osms.Shown(r.File), r.Received.In(w.Zone).Format("02.01.2006 15:04")))
		s.add(fill(lang, receiptOutcome, r.Outcome.In(lang)))
		switch {
		case r.Error != nil:
			s.add(osms.Shown(r.Error.Message(lang)))
		case len(r.Members) > 0:
			s.add(fill(lang, receiptMembers, len(r.Members)))
		case r.Rows > 0:
			s.add(fill(lang, receiptRows, r.Rows, r.Accepted, r.Refused, r.Ignored))
		}
		if r.Held {
			s.add(fill(lang, receiptHeld))
		}
		if !r.Deadline.IsZero() && (r.Refused > 0 || r.Outcome == osms.FileRefused) {
			s.add(fill(lang, receiptDeadline, r.Deadline.Time().Format("02.01.2006")))
		}
		return s
	})
}

// Report is what a mail about a reconciliation tells in figures.
type Report struct {
	Month                   osms.Month
	Difference, Unexplained osms.Tiyn
}

// ForReport is the letter about a reconciliation.
func ForReport(w Wording, r Report, f Files) Letter {
	return w.letter(f, func(lang string) said {
		s := said{subject: fill(lang, reportSubject, r.Month)}
		s.add(fill(lang, reportText, r.Month))
		s.add(fill(lang, reportFigures, r.Difference.Grouped(), r.Unexplained.Grouped()))
		return s
	})
}

// Reminder is what a mail about missing rosters tells.
type Reminder struct {
	Region        osms.Region
	Month         osms.Month
	Due           osms.Date
	Organisations int
}

// ForReminder is the letter to a region about who has not submitted.
func ForReminder(w Wording, r Reminder, f Files) Letter {
	return w.letter(f, func(lang string) said {
		s := said{subject: fill(lang, reminderSubject, r.Month, r.Region.In(lang))}
		s.add(fill(lang, reminderText, r.Month, r.Due.Time().Format("02.01.2006"), r.Organisations))
		return s
	})
}

// Digest is what of a day needs an administrator.
type Digest struct {
	Day             osms.Date
	Failed          []string // runs that failed, as "12 letters"
	Held            int      // diffs that wait for a decision
	Nearly, Overdue int      // cases
	GivenUp         int      // mails that could not be sent
}

// Empty reports a day on which nothing needs an administrator.
func (d Digest) Empty() bool {
	return len(d.Failed) == 0 && d.Held == 0 && d.Nearly == 0 && d.Overdue == 0 && d.GivenUp == 0
}

// ForDigest is the letter to administrators about a day.
func ForDigest(w Wording, d Digest) Letter {
	return w.letter(Files{}, func(lang string) said {
		s := said{subject: fill(lang, digestSubject, d.Day.Time().Format("02.01.2006"))}
		if len(d.Failed) > 0 {
			s.add(fill(lang, digestFailed, len(d.Failed), strings.Join(d.Failed[:min(20, len(d.Failed))], "; ")))
		}
		if d.Held > 0 {
			s.add(fill(lang, digestHeld, d.Held))
		}
		if d.Nearly+d.Overdue > 0 {
			s.add(fill(lang, digestCases, d.Overdue, d.Nearly))
		}
		if d.GivenUp > 0 {
			s.add(fill(lang, digestGivenUp, d.GivenUp))
		}
		return s
	})
}

// ForTest is the letter by which an operator tries the way to a mailbox.
func ForTest(w Wording) Letter {
	return w.letter(Files{}, func(lang string) said {
		s := said{subject: fill(lang, testSubject)}
		s.add(fill(lang, testText))
		return s
	})
}

// said is a letter in one language.
type said struct {
	subject    string
	paragraphs []string
}

func (s *said) add(paragraph string) { s.paragraphs = append(s.paragraphs, paragraph) }

func (w Wording) letter(f Files, in func(lang string) said) Letter {
	languages := []string{w.Language}
	if w.Language == "" {
		languages = []string{"kk", "ru"}
	}
	l := Letter{Attachments: f.Brought}
	var subjects []string
	var text, page strings.Builder
	page.WriteString("<!DOCTYPE html>\n<html><body>\n")
	for i, lang := range languages {
		s := in(lang)
		w.closing(&s, lang, f)
		subjects = append(subjects, s.subject)
		if i > 0 {
			text.WriteString("* * *\n\n")
			page.WriteString("<hr>\n")
		}
		fmt.Fprintf(&page, "<div lang=%q>\n", lang)
		for _, p := range s.paragraphs {
			text.WriteString(p + "\n\n")
			page.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
		}
		page.WriteString("</div>\n")
	}
	page.WriteString("</body></html>\n")
	l.Subject, l.Text, l.HTML = strings.Join(subjects, " / "), text.String(), page.String()
	return l
}

// closing says what is attached, where the rest is, and who writes.
func (w Wording) closing(s *said, lang string, f Files) {
	if len(f.Brought) > 0 {
		var names []string
		for _, a := range f.Brought {
			names = append(names, a.Name)
		}
		s.add(fill(lang, attached, strings.Join(names, ", ")))
	}
	if f.TooLarge {
		s.add(fill(lang, tooLarge))
	}
	if f.Kept != "" {
		s.add(fill(lang, kept, f.Kept))
	}
	if w.Console != "" {
		s.add(fill(lang, console, w.Console))
	}
	s.add(fill(lang, signature))
}
