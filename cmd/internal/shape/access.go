package shape

import (
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// Access is one look at data, as the access log keeps it.
type Access struct {
	ID     int64  `json:"id"`
	At     string `json:"at"`
	Who    string `json:"who"`
	What   string `json:"what"`
	Person string `json:"person"` // masked, unless the log of one person was asked for
	Ground string `json:"ground"`
	Number string `json:"number"`
}

// AccessOf shows an entry of the access log. Personal numbers are masked unless
// whole is true: the log of one person was asked for.
func AccessOf(x osms.Access, whole bool) Access {
	out := Access{x.ID, Moment(x.At), intake.Shown(x.Who), x.What, x.Person.String(), x.Ground, x.Number}
	switch {
	case whole:
		out.Person = x.Person.Digits()
	case x.Person == 0: // a list of many
		out.Person = ""
	}
	return out
}
