package web

import "osmsd/sync/osms"

// SettingGroup is a section of the configuration as it is in force.
type SettingGroup struct {
	Section string // its name in the file; "general" for what stands in no section
	Note    string // what the file's comment says of it
	Items   []Setting
}

// Changed and Unverified count the keys that are so.
func (g SettingGroup) Changed() int    { return g.count(func(s Setting) bool { return s.Changed }) }
func (g SettingGroup) Unverified() int { return g.count(func(s Setting) bool { return s.Unverified }) }

func (g SettingGroup) count(is func(Setting) bool) (n int) {
	for _, s := range g.Items {
		if is(s) {
			n++
		}
	}
	return n
}

// Setting is one key of the configuration, or a dated fact that it rests on.
type Setting struct {
	Key, Value string
	Default    string
	Note       string // the comment beside it
	Unverified bool   // it rests on a decision of ours or an unconfirmed source
	Changed    bool   // it is not the default
}

func (s *Server) settingsRoutes() []route {
	return []route{{"GET /settings", staff, osms.ScopeRead, (*ask).settingsPage}}
}

type settingsPage struct {
	Unverified []unverified
	Groups     []SettingGroup
	Changed    int
	Notes      bool // comments are shown: they are in English
}

// unverified is what somebody should confirm, with what rests on it: keys that the
// same thing rests on stand together.
type unverified struct {
	Keys  []string
	Value string // of a key that stands alone
	Rests string
}

// settingsPage shows the configuration in force; it is changed in its file.
func (q *ask) settingsPage() error {
	page := settingsPage{Notes: q.lang == "en"}
	if q.s.Settings != nil {
		page.Groups = q.s.Settings(q.lang)
	}
	for _, g := range page.Groups {
		together := -1
		for _, x := range g.Items {
			if x.Changed {
				page.Changed++
			}
			if !x.Unverified {
				continue
			}
			key := "unverified." + x.Key
			if rests := q.say(key); rests != key {
				page.Unverified = append(page.Unverified, unverified{[]string{x.Key}, x.Value, rests})
				continue
			}
			if together < 0 {
				together = len(page.Unverified)
				page.Unverified = append(page.Unverified, unverified{Rests: q.say("unverified." + g.Section)})
			}
			page.Unverified[together].Keys = append(page.Unverified[together].Keys, x.Key)
		}
	}
	return q.show("settings", q.say("settings.title"), page)
}
