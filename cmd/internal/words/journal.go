package words

import (
	"regexp"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// said are the messages that runs leave in the journal, which is written in one
// language for all, and the keys of what people read instead.
var said = []struct {
	pattern *regexp.Regexp
	in      func(say sayer, m []string) string
}{
	{regexp.MustCompile(`(\d+) cases opened, (\d+) steps, (\d+) closed, (\d+) wait for people`), func(say sayer, m []string) string {
		return say("journal.cases", regrouped(m[1]), regrouped(m[2]), regrouped(m[3]), regrouped(m[4]))
	}},
	{regexp.MustCompile(`\b(\d+) cannot go on`), func(say sayer, m []string) string { return say("journal.stuck", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) nearly late, (\d+) overdue`), func(say sayer, m []string) string {
		return say("journal.late", regrouped(m[1]), regrouped(m[2]))
	}},
	{regexp.MustCompile(`\b(\d+) of overlaps that cannot be printed`), func(say sayer, m []string) string {
		return say("journal.unprintable.overlaps", regrouped(m[1]))
	}},
	{regexp.MustCompile(`\b(\d+) that cannot be printed`), func(say sayer, m []string) string { return say("journal.unprintable", regrouped(m[1])) }},
	{regexp.MustCompile(`^import (\d+) (released|refused)$`), func(say sayer, m []string) string { return say("journal."+m[2], m[1]) }},
	{regexp.MustCompile(`^import (\d+) undone`), func(say sayer, m []string) string { return say("journal.undone", m[1]) }},
	{regexp.MustCompile(`^import (\d+) not undone: (\d+) later imports rest on it$`), func(say sayer, m []string) string {
		return say("journal.notundone", m[1], regrouped(m[2]))
	}},
	{regexp.MustCompile(`^overlap (\d+)$`), func(say sayer, m []string) string { return say("journal.overlap", m[1]) }},
	{regexp.MustCompile(`^cancelled by (\S+)$`), func(say sayer, m []string) string { return say("journal.cancelled", m[1]) }},
	{regexp.MustCompile(`^stopped by a signal$`), func(say sayer, _ []string) string { return say("journal.signal") }},
	{regexp.MustCompile(`^the process ended before the run did$`), func(say sayer, _ []string) string { return say("journal.cutoff") }},
	{regexp.MustCompile(`(\d+) fetched, (\d+) dealt with there, (\d+) delivered`), func(say sayer, m []string) string {
		return say("journal.remote", regrouped(m[1]), regrouped(m[2]), regrouped(m[3]))
	}},
	{regexp.MustCompile(`\b(\d+) waiting there\b`), func(say sayer, m []string) string { return say("journal.remote.waiting", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) in vain: `), func(say sayer, m []string) string { return say("journal.remote.vain", regrouped(m[1])) + " " }},
	{regexp.MustCompile(`; failed: $`), func(say sayer, _ []string) string { return say("journal.remote.failed") + " " }},
	{regexp.MustCompile(`^no servers are configured$`), func(say sayer, _ []string) string { return say("journal.remote.none") }},
	{regexp.MustCompile(`(\S+) was frozen already, version (\d+): (\d+) persons`), func(say sayer, m []string) string {
		return say("journal.already", m[1], m[2], regrouped(m[3]))
	}},
	{regexp.MustCompile(`(\S+) frozen, version (\d+): (\d+) persons`), func(say sayer, m []string) string {
		return say("journal.frozen", m[1], m[2], regrouped(m[3]))
	}},
	{regexp.MustCompile(`(\d{4}-\d\d): difference (-?[\d.]+), unexplained (-?[\d.]+) tenge`), func(say sayer, m []string) string {
		return say("journal.difference", m[1], tenge(m[2]), tenge(m[3]))
	}},
	{regexp.MustCompile(`mail is not configured`), func(say sayer, _ []string) string { return say("journal.nomail") }},
	{regexp.MustCompile(`\b(\d+) mails sent`), func(say sayer, m []string) string { return say("journal.mailed", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) to be tried again`), func(say sayer, m []string) string { return say("journal.again", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) given up`), func(say sayer, m []string) string { return say("journal.givenup", regrouped(m[1])) }},
	{regexp.MustCompile(`; the mail server: `), func(say sayer, _ []string) string { return say("journal.maildown") + " " }},
	{regexp.MustCompile(`(\d+) letters in (\d+) bundles`), func(say sayer, m []string) string {
		return say("journal.letters", regrouped(m[1]), regrouped(m[2]))
	}},
	{regexp.MustCompile(`(\d+) letters of other kinds`), func(say sayer, m []string) string { return say("journal.office", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) notices of overlaps`), func(say sayer, m []string) string { return say("journal.notices", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) requests answered, (\d+) of them refused`), func(say sayer, m []string) string {
		return say("journal.requests", regrouped(m[1]), regrouped(m[2]))
	}},
	{regexp.MustCompile(`\b(\d+) cannot be handed out`), func(say sayer, m []string) string { return say("journal.due", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) reminders, (\d+) organisations without a roster, (\d+) held`), func(say sayer, m []string) string {
		return say("journal.reminders", regrouped(m[1]), regrouped(m[2]), regrouped(m[3]))
	}},
	{regexp.MustCompile(`rosters of (\S+) are due by (\S+): nobody is reminded yet`), func(say sayer, m []string) string {
		return say("journal.notdue", m[1], m[2])
	}},
	{regexp.MustCompile(`(\d+) notices of annulled letters`), func(say sayer, m []string) string { return say("journal.annulled", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) about blocked persons not written`), func(say sayer, m []string) string {
		return say("journal.blocked", regrouped(m[1]))
	}},
	{regexp.MustCompile(`^(\d+) destroyed$`), func(say sayer, m []string) string { return say("journal.destroyed", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) cannot be taken: `), func(say sayer, m []string) string { return say("journal.odd", regrouped(m[1])) + " " }},
	{regexp.MustCompile(`nothing in the drop folders`), func(say sayer, _ []string) string { return say("journal.nothing") }},
	{regexp.MustCompile(`\b(\d+) files\b`), func(say sayer, m []string) string { return say("journal.files", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) left in place\b`), func(say sayer, m []string) string { return say("journal.left", regrouped(m[1])) }},
	{regexp.MustCompile(`^(\d+) persons$`), func(say sayer, m []string) string { return say("journal.persons", regrouped(m[1])) }},
	{regexp.MustCompile(`^(\d+) steps$`), func(say sayer, m []string) string { return say("journal.steps", regrouped(m[1])) }},
	{regexp.MustCompile(`^(\d\d-\d{4}-\d+) annulled$`), func(say sayer, m []string) string { return say("journal.letterannulled", m[1]) }},
	{regexp.MustCompile(`^(?:case )?(\d\d-\d{4}-З-\d+)$`), func(say sayer, m []string) string { return say("journal.case", m[1]) }},
	{regexp.MustCompile(`^answers$`), func(say sayer, _ []string) string { return say("journal.answers") }},
	{regexp.MustCompile(`^version (\d+)$`), func(say sayer, m []string) string { return say("journal.version", m[1]) }},
	{regexp.MustCompile(`\b(\d+) (applied_with_refusals|applied|already_applied|superseded|held|refused|waiting)\b`), func(say sayer, m []string) string {
		return say("journal.outcome", osms.Outcome(m[2]).In(say("language")), regrouped(m[1]))
	}},
}

// sayer says a sentence of the journal in the reader's language.
type sayer func(key string, args ...any) string

// Journal puts the message of a run into a language. What it does not know, such
// as the text of an error, stays as it was written, and so does what is quoted:
// names of files, which may look like anything; a reason why a file is not taken
// follows its name.
func Journal(lang, message string) string {
	say := func(key string, args ...any) string {
		if key == "language" {
			return lang
		}
		return Shared().Text(lang, key, args...)
	}
	var b strings.Builder
	for message != "" {
		plain, quoted, rest := message, "", ""
		if m := named.FindStringSubmatchIndex(message); m != nil {
			plain, quoted, rest = message[:m[0]], message[m[2]:m[3]]+" ("+Shared().Word(lang, "odd", message[m[4]:m[5]])+")", message[m[1]:]
		}
		b.WriteString(unquoted(say, plain) + quoted)
		message = rest
	}
	return b.String()
}

// named is a quoted name with the reason why it is not taken.
var named = regexp.MustCompile(`("[^"]*") \(([a-z_]+)\)`)

func unquoted(say sayer, message string) string {
	for _, s := range said {
		message = s.pattern.ReplaceAllStringFunc(message, func(part string) string {
			return s.in(say, s.pattern.FindStringSubmatch(part))
		})
	}
	return message
}

func regrouped(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return digits
	}
	return Grouped(n)
}

func tenge(amount string) string {
	t, err := osms.ParseTiyn(amount)
	if err != nil {
		return amount
	}
	return t.Grouped()
}
