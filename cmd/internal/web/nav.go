package web

// navGroup is a part of the navigation; Items are those that the reader may see.
type navGroup struct {
	Title string
	Items []navItem
}

type navItem struct {
	Path, Title string
	Here        bool
}

// sections is the navigation: groups with the pages in them.
var sections = []struct {
	key   string
	paths []string
}{
	{"nav.month", []string{"/month", "/files", "/held", "/missing", "/overlaps", "/templates", "/organisations"}},
	{"nav.money", []string{"/reconciliation", "/runs"}},
	{"nav.people", []string{"/persons", "/statements", "/cases", "/letters"}},
	{"nav.order", []string{"/users", "/settings", "/audit", "/access", "/api"}},
	{"nav.help", []string{"/help"}},
}

func (q *ask) nav() (out []navGroup) {
	for _, section := range sections {
		group := navGroup{Title: q.say(section.key)}
		for _, path := range section.paths {
			if q.s.may("GET "+path)&holds(q.account.Role) != 0 {
				here := q.r.URL.Path == path || len(q.r.URL.Path) > len(path) && q.r.URL.Path[:len(path)+1] == path+"/"
				group.Items = append(group.Items, navItem{path, q.say("nav." + path[1:]), here})
			}
		}
		if len(group.Items) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// may is who may ask for a route of the table; nobody at all where it is not in
// it.
func (s *Server) may(pattern string) who { return s.allowed[pattern] }
