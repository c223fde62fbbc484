package main

import (
	"fmt"
	"slices"
	"strings"

	"osmsd/cmd/internal/web"
	"osmsd/config"
	"osmsd/sync/jobs"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// settings are the sections of the configuration in force, for reading, with the
// dated facts that are built in. Secrets are not among them.
func (a *app) settingsShown(inForce func() jobs.Settings) func(lang string) []web.SettingGroup {
	return func(lang string) []web.SettingGroup {
		cfg := a.cfg
		if a.inForce != nil { // it may have been reloaded
			cfg = *a.inForce.Load()
		}
		groups := configured(cfg)
		if i := slices.IndexFunc(groups, func(g web.SettingGroup) bool { return g.Section == "rates" }); i >= 0 {
			groups[i].Items = ratesShown(cfg)
		}
		in, reader := inForce(), &app{lang: lang}
		return append(groups, reader.lawShown(in.Desk.Casework.Law, osms.DateOf(in.Runner.Clock().In(in.Desk.Zone))))
	}
}

// inPart are the sections that example.yaml marks as unverified only for some of
// their keys.
var inPart = map[string][]string{"cases": {"cases.hearing"}}

// configured are the keys of a configuration by section. What an operator has
// decided is the operator's: it is no longer unverified.
func configured(c config.Config) []web.SettingGroup {
	remarks, defaults := config.Remarks(), map[string]string{}
	for _, k := range config.Keys(config.Default()) {
		defaults[k.Path] = k.Value
	}
	var out []web.SettingGroup
	for _, k := range config.Keys(c) {
		i := slices.IndexFunc(out, func(g web.SettingGroup) bool { return g.Section == k.Section })
		if i < 0 {
			i = len(out)
			out = append(out, web.SettingGroup{Section: k.Section, Note: remarks[k.Section].Text})
		}
		x := web.Setting{Key: k.Path, Value: k.Value, Default: defaults[k.Path], Changed: k.Value != defaults[k.Path]}
		if k.Path != k.Section {
			x.Note = remarks[k.Path].Text
		}
		unverified := false
		for path := k.Path; path != ""; path = path[:max(0, strings.LastIndexByte(path, '.'))] {
			part, whole := inPart[path], path == k.Path
			unverified = unverified || remarks[path].Unverified && (whole || part == nil || slices.Contains(part, k.Path))
		}
		x.Unverified = !x.Changed && unverified
		out[i].Items = append(out[i].Items, x)
	}
	return out
}

// ratesShown are the state's rates by year, the built-in ones and the operator's.
func ratesShown(c config.Config) []web.Setting {
	var out []web.Setting
	for _, r := range c.StateRates() {
		value := fmt.Sprintf("%s %% × %s = %s", r.Percent, r.Base.Grouped(), r.PerPerson().Grouped())
		if r.Base == 0 {
			value = fmt.Sprintf("%s %% × ?", r.Percent)
		}
		configured := slices.ContainsFunc(c.Rates, func(x config.Rate) bool { return x.Year == r.Year })
		out = append(out, web.Setting{Key: fmt.Sprintf("rates.%d", r.Year), Value: value, Changed: configured, Unverified: !configured && (r.Unverified || r.Base == 0)})
	}
	return out
}

// lawShown are the legal texts of a day whose wording is not the act's own in both
// languages.
func (a *app) lawShown(texts *law.Texts, day osms.Date) web.SettingGroup {
	g := web.SettingGroup{Section: "lawtexts"}
	for _, r := range shownRule(texts.At(day)) {
		text := r.RU
		if a.language() == "kk" {
			text = r.KK
		}
		g.Items = append(g.Items, web.Setting{Key: a.word("law", r.What) + " " + r.Key, Value: a.word("law.official", string(r.Official)), Note: text,
			Unverified: r.Official == law.Ours})
	}
	return g
}
