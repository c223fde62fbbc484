package shape

import "osmsd/sync/osms"

// Account is somebody who may log in.
type Account struct {
	ID       int64       `json:"id"`
	Login    string      `json:"login"`
	Name     string      `json:"name"`
	Role     osms.Role   `json:"role"`
	Region   osms.Region `json:"region"`
	Language string      `json:"language"`
	Expired  bool        `json:"password_expired"`
	Disabled bool        `json:"disabled"`
	Created  string      `json:"created"`
}

// AccountOf shows an account; nothing of its password.
func AccountOf(x osms.Account) Account {
	return Account{x.ID, x.Login, x.Name, x.Role, x.Region, x.Language, x.Expired, x.Disabled, Moment(x.Created)}
}
