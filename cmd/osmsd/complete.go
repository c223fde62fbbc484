package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"osmsd/sync/osms"
)

// complete lets shells complete what a flag may be: `osmsd completion bash`, zsh,
// fish or powershell writes the script that a shell loads. A flag means the same
// in every command that has it.
func (a *app) complete(root *cobra.Command) {
	root.CompletionOptions.DisableDefaultCmd = false
	fixed := func(words ...string) cobra.CompletionFunc {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return words, cobra.ShellCompDirectiveNoFileComp
		}
	}
	var kinds []string
	for _, k := range []osms.Kind{osms.KindRoster, osms.KindLedger, osms.KindPayments, osms.KindApplications, osms.KindRequests, osms.KindOrganisations, osms.KindEvents} {
		kinds = append(kinds, string(k))
	}
	flags := map[string]cobra.CompletionFunc{
		"lang": fixed(languages...), "region": a.completeRegion, "kind": fixed(kinds...),
		"month": a.completeMonth, "from": a.completeMonth, "to": a.completeMonth,
		"config": func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		"home": func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	eachCommand(root, func(cmd *cobra.Command) {
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { offer(cmd, f, flags) })
	})
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { offer(root, f, flags) })
}

// offer registers what a flag may be. Its help tells --from and --to of months
// from those of days, and --kind of files from that of letters.
func offer(cmd *cobra.Command, f *pflag.Flag, flags map[string]cobra.CompletionFunc) {
	does, ok := flags[f.Name]
	switch f.Name {
	case "from", "to":
		ok = ok && strings.Contains(f.Usage, "month")
	case "kind":
		ok = ok && strings.Contains(f.Usage, "roster")
	}
	if ok {
		_ = cmd.RegisterFlagCompletionFunc(f.Name, does) // fails only for a flag that has one
	}
}

func eachCommand(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, do)
	}
}

// completeRegion offers the codes of regions with their names.
func (a *app) completeRegion(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, r := range osms.Regions() {
		out = append(out, cobra.CompletionWithDesc(r.Region.String(), r.RU))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeMonth offers this month, the next and the two years before, the latest
// first.
func (a *app) completeMonth(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		zone = time.UTC
	}
	m := osms.DateOf(a.Clock().In(zone)).Month().Add(1)
	var out []string
	for range 26 {
		out = append(out, m.String())
		m = m.Add(-1)
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
