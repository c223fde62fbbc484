package main

import (
	"regexp"
	"strconv"
	"strings"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// said are the messages that runs leave in the journal, which is written in one
// language for all, and the keys of what people read instead.
var said = []struct {
	pattern *regexp.Regexp
	in      func(a *app, m []string) string
}{
	{regexp.MustCompile(`(\S+) was frozen already, version (\d+): (\d+) persons`), func(a *app, m []string) string {
		return a.say("journal.already", m[1], m[2], regrouped(m[3]))
	}},
	{regexp.MustCompile(`(\S+) frozen, version (\d+): (\d+) persons`), func(a *app, m []string) string {
		return a.say("journal.frozen", m[1], m[2], regrouped(m[3]))
	}},
	{regexp.MustCompile(`(\d{4}-\d\d): difference (-?[\d.]+), unexplained (-?[\d.]+) tenge`), func(a *app, m []string) string {
		return a.say("journal.difference", m[1], tenge(m[2]), tenge(m[3]))
	}},
	{regexp.MustCompile(`mail is not configured`), func(a *app, _ []string) string { return a.say("journal.nomail") }},
	{regexp.MustCompile(`\b(\d+) mails sent`), func(a *app, m []string) string { return a.say("journal.mailed", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) to be tried again`), func(a *app, m []string) string { return a.say("journal.again", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) given up`), func(a *app, m []string) string { return a.say("journal.givenup", regrouped(m[1])) }},
	{regexp.MustCompile(`; the mail server: `), func(a *app, _ []string) string { return a.say("journal.maildown") + " " }},
	{regexp.MustCompile(`(\d+) letters in (\d+) bundles`), func(a *app, m []string) string {
		return a.say("journal.letters", regrouped(m[1]), regrouped(m[2]))
	}},
	{regexp.MustCompile(`(\d+) letters of other kinds`), func(a *app, m []string) string { return a.say("journal.office", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) notices of overlaps`), func(a *app, m []string) string { return a.say("journal.notices", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) requests answered, (\d+) of them refused`), func(a *app, m []string) string {
		return a.say("journal.requests", regrouped(m[1]), regrouped(m[2]))
	}},
	{regexp.MustCompile(`\b(\d+) cannot be handed out`), func(a *app, m []string) string { return a.say("journal.due", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) reminders, (\d+) organisations without a roster, (\d+) held`), func(a *app, m []string) string {
		return a.say("journal.reminders", regrouped(m[1]), regrouped(m[2]), regrouped(m[3]))
	}},
	{regexp.MustCompile(`rosters of (\S+) are due by (\S+): nobody is reminded yet`), func(a *app, m []string) string {
		return a.say("journal.notdue", m[1], m[2])
	}},
	{regexp.MustCompile(`(\d+) notices of annulled letters`), func(a *app, m []string) string { return a.say("journal.annulled", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) about blocked persons not written`), func(a *app, m []string) string {
		return a.say("journal.blocked", regrouped(m[1]))
	}},
	{regexp.MustCompile(`^(\d+) destroyed$`), func(a *app, m []string) string { return a.say("journal.destroyed", regrouped(m[1])) }},
	{regexp.MustCompile(`(\d+) cannot be taken: `), func(a *app, m []string) string { return a.say("journal.odd", regrouped(m[1])) + " " }},
	{regexp.MustCompile(`nothing in the drop folders`), func(a *app, _ []string) string { return a.say("journal.nothing") }},
	{regexp.MustCompile(`\b(\d+) files\b`), func(a *app, m []string) string { return a.say("journal.files", regrouped(m[1])) }},
	{regexp.MustCompile(`\b(\d+) left in place\b`), func(a *app, m []string) string { return a.say("journal.left", regrouped(m[1])) }},
	{regexp.MustCompile(`^(\d+) persons$`), func(a *app, m []string) string { return a.say("journal.persons", regrouped(m[1])) }},
	{regexp.MustCompile(`^version (\d+)$`), func(a *app, m []string) string { return a.say("journal.version", m[1]) }},
	{regexp.MustCompile(`\b(\d+) (applied_with_refusals|applied|already_applied|superseded|held|refused|waiting)\b`), func(a *app, m []string) string {
		return a.say("journal.outcome", osms.Outcome(m[2]).In(a.language()), regrouped(m[1]))
	}},
}

// journal puts the message of a run into the language. What it does not know,
// such as the text of an error, stays as it was written, and so does what is
// quoted: names of files, which may look like anything; a reason why a file is
// not taken follows its name.
func (a *app) journal(message string) string {
	var b strings.Builder
	for message != "" {
		plain, quoted, rest := message, "", ""
		if m := named.FindStringSubmatchIndex(message); m != nil {
			plain, quoted, rest = message[:m[0]], message[m[2]:m[3]]+" ("+a.odd(intake.Reason(message[m[4]:m[5]]))+")", message[m[1]:]
		}
		b.WriteString(a.unquoted(plain) + quoted)
		message = rest
	}
	return b.String()
}

// named is a quoted name with the reason why it is not taken.
var named = regexp.MustCompile(`("[^"]*") \(([a-z_]+)\)`)

func (a *app) unquoted(message string) string {
	for _, s := range said {
		message = s.pattern.ReplaceAllStringFunc(message, func(part string) string {
			return s.in(a, s.pattern.FindStringSubmatch(part))
		})
	}
	return message
}

func regrouped(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return digits
	}
	return grouped(n)
}

func tenge(amount string) string {
	t, err := osms.ParseTiyn(amount)
	if err != nil {
		return amount
	}
	return t.Grouped()
}
