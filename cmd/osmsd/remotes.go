package main

import (
	"osmsd/config"
	"osmsd/importers/remote"
	"osmsd/sync/jobs"
)

// remotes are the configured servers of others. Their secrets are read when a
// server is visited, so that one without its file hinders nobody else.
func (a *app) remotes() []jobs.Remote {
	var out []jobs.Remote
	for _, r := range a.cfg.Remotes {
		place := remote.Options{Limit: int64(a.cfg.Limits.File)}
		if (r.SFTP != config.SFTP{}) {
			place.SFTP = a.sftp(r.SFTP)
		} else {
			place.S3 = &remote.S3{Endpoint: r.S3.Endpoint, Region: r.S3.Region, Bucket: r.S3.Bucket, Prefix: r.S3.Prefix,
				AccessKey: r.S3.AccessKey, SecretKey: a.secret(r.S3.SecretKeyFile)}
		}
		after := remote.After(r.Pull.After)
		if after == "" {
			after = remote.Leave
		}
		out = append(out, jobs.Remote{Name: r.Name, Place: place, Pull: jobs.Pull{Folder: r.Pull.Folder(), After: after, Poll: r.Pull.Poll},
			Deliver: jobs.Deliver{What: r.Deliver.What, Region: r.Deliver.Region, Folder: r.Deliver.Folder}})
	}
	return out
}

func (a *app) sftp(o config.SFTP) *remote.SFTP {
	out := &remote.SFTP{Address: o.Address, User: o.User, Folder: o.Folder}
	if o.PinsKey() {
		out.HostKey = o.HostKey
	} else {
		out.KnownHosts = a.underHome(o.HostKey)
	}
	if o.KeyFile != "" {
		key := a.secret(o.KeyFile)
		out.Key = func() ([]byte, error) {
			text, err := key()
			return []byte(text + "\n"), err
		}
	}
	if o.PasswordFile != "" {
		out.Password = a.secret(o.PasswordFile)
	}
	return out
}

// secret reads a secret from its file when it is needed.
func (a *app) secret(path string) func() (string, error) {
	return func() (string, error) {
		s, err := config.ReadSecret(a.underHome(path))
		return s.Reveal(), err
	}
}
