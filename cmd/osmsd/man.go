package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"osmsd/config"
)

// manCommand writes the manual page for whoever packages the program. It is one
// page with every command, made from the same words as --help.
func (a *app) manCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:    "man --out DIR",
		Short:  "Write the manual page, osmsd.1",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage("man.out")
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(out, "osmsd.1"), []byte(manual(cmd.Root())), 0o644)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the folder to write it to")
	return cmd
}

// page is a manual page in the making, in the macros of man(7).
type page struct{ strings.Builder }

// roff writes words that mean themselves.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", "...", "’", `\(cq`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

func (p *page) section(title string) { fmt.Fprintf(p, ".SH %s\n", strings.ToUpper(title)) }

// prose writes paragraphs that a blank line parts.
func (p *page) prose(text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			p.WriteString(".PP\n")
		}
		for line := range strings.SplitSeq(paragraph, "\n") {
			p.WriteString(roff(strings.TrimSpace(line)) + "\n")
		}
	}
}

func (p *page) term(name, text string) {
	fmt.Fprintf(p, ".TP\n.B %s\n", roff(name))
	p.prose(text)
}

func (p *page) flags(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" {
			text += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		p.term(strings.TrimSpace("--"+f.Name+" "+value), text)
	})
}

func (p *page) command(cmd *cobra.Command) {
	if cmd.Hidden || cmd.Name() == "help" || cmd.HasParent() && cmd.Parent().Name() == "completion" {
		return
	}
	if cmd.HasParent() {
		fmt.Fprintf(p, ".SS %s\n", roff(cmd.UseLine()))
		p.prose(cmd.Short + ".")
		if cmd.Long != "" && cmd.Name() != "completion" {
			p.WriteString(".PP\n")
			p.prose(cmd.Long)
		}
		if cmd.Name() == "completion" {
			p.WriteString(".PP\n")
			p.prose("SHELL is bash, zsh, fish or powershell; `osmsd completion SHELL --help` says how to load it.")
		}
		p.flags(cmd.LocalNonPersistentFlags())
	}
	for _, sub := range cmd.Commands() {
		p.command(sub)
	}
}

func manual(root *cobra.Command) string {
	root.InitDefaultCompletionCmd()
	p := &page{}
	fmt.Fprintf(p, ".TH OSMSD 1 \"\" \"osmsd %s\" \"\"\n.ad l\n", roff(version))
	p.section("name")
	p.prose("osmsd - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	p.section("synopsis")
	p.WriteString(".B osmsd\n[\\-\\-home DIR] [\\-\\-config FILE] [\\-\\-json] [\\-\\-lang LANG] COMMAND [ARGUMENTS]\n")
	p.section("description")
	about, _, _ := strings.Cut(root.Long, "\n\nExit codes:")
	p.prose(about)
	p.section("options of every command")
	p.flags(root.PersistentFlags())
	p.section("commands")
	p.command(root)
	p.section("exit status")
	for _, e := range []struct{ code, text string }{
		{"0", "Done."}, {"1", "Failed."}, {"2", "Wrong usage, or a faulty configuration."}, {"3", "Done, but rows or files were refused or held."},
		{"4", "Busy: another process works in the registry."}, {"5", "Discrepancies found."}, {"130", "Interrupted."},
	} {
		p.term(e.code, e.text)
	}
	p.section("signals")
	p.term("SIGTERM, SIGINT", "End at a safe point. Of a run under way what is committed stays, and the next start goes on from there.")
	p.term("SIGHUP", "osmsd serve reads its configuration again. A sound one is in force after the run under way; with a faulty one everything stays as it is and the log names each fault with its line.")
	p.section("files")
	for _, f := range []struct{ path, text string }{
		{"HOME/osmsd.yaml", "The configuration; every key has a default. `osmsd config example` prints it with comments."},
		{"HOME/registry.db", "The embedded registry, where `database:` names no PostgreSQL."},
		{"HOME/inbox/KK/", "Drop folders of the regions, KK being the first two digits of KATO; beside them inbox/ledger/, inbox/applications/, inbox/requests/, inbox/events/ and inbox/organisations/."},
		{"HOME/returned/, HOME/letters/, HOME/reports/, HOME/statements/", "What comes out: receipts and returned workbooks, letters, reconciliations, statements."},
		{"HOME/archive/", "The original bytes of every file, by SHA-256."},
		{"HOME/statement.key, HOME/statement.pub", "The key that statements are signed with, and its public half."},
		{"/etc/osmsd/osmsd.yaml, /var/lib/osmsd/", "The configuration and the home of the packaged daemon; /var/lib/osmsd/osmsd.yaml is a link to the former."},
		{"/etc/default/osmsd", "Environment of the packaged daemon."},
	} {
		p.term(f.path, f.text)
	}
	p.section("environment")
	for _, e := range []struct{ name, text string }{
		{"OSMSD_HOME", "The home folder, where --home does not say."},
		{"OSMSD_NOW", "Another moment than now, as 2026-10-01T09:00:00+05:00, for rehearsals."},
		{"NO_COLOR", "No progress on the terminal."},
		{"GOGC, GOMEMLIMIT", "Of Go's memory management; the program's own choice otherwise."},
		{"NOTIFY_SOCKET, WATCHDOG_USEC", "Set by systemd: the daemon tells it that it is ready, reloading, stopping and alive."},
	} {
		p.term(e.name, e.text)
	}
	p.WriteString(".PP\n")
	p.prose("A variable for each plain key of the configuration, stronger than the file; those that end in _FILE name a file with the value, which only its owner and group may read:")
	p.WriteString(".PP\n")
	p.prose(strings.Join(config.Variables(), ",\n") + ".")
	return p.String()
}
