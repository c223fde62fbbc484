package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"osmsd/cmd/internal/tlsfiles"
	"osmsd/cmd/internal/web"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// firstLogin is the administrator that a registry without accounts gets.
const firstLogin = "admin"

// console is the web console of an open home, not yet listening.
func (a *app) console(ctx ctxType, inForce func() jobs.Settings) (*web.Server, error) {
	c := a.cfg.Console
	return web.New(ctx, web.Options{
		InForce: func() (*jobs.Desk, *jobs.Runner) {
			in := inForce()
			return in.Desk, in.Runner
		},
		Log:      a.log,
		Spool:    filepath.Join(a.home, "uploads"),
		Language: a.cfg.Language,
		Version:  version,
		Secure:   c.Secure(),
		Hosts:    c.Names(),
		Proxies:  c.Trusted(),
		Scrapers: c.Collectors(),
		Idle:     c.Idle,
		Longest:  c.Longest,
		Largest:  int64(a.cfg.Limits.File),
		Planned:  planned(inForce),
		Settings: a.settingsShown(inForce),
	})
}

// planned tells what is due next, the soonest first.
func planned(inForce func() jobs.Settings) func(ctx context.Context) ([]web.Planned, error) {
	return func(ctx context.Context) ([]web.Planned, error) {
		in := inForce()
		var out []web.Planned
		for _, job := range in.Timetable.Jobs() {
			due, err := in.Desk.Store.Due(ctx, job)
			if err != nil {
				return nil, err
			}
			if !due.IsZero() {
				out = append(out, web.Planned{Job: job, Due: due})
			}
		}
		slices.SortFunc(out, func(a, b web.Planned) int { return a.Due.Compare(b.Due) })
		return out, nil
	}
}

// serveConsole listens until the context ends; then it lets what is being
// answered be answered. reread reads the certificate again; nil where there is none.
func (a *app) serveConsole(ctx ctxType, o *opened, inForce func() jobs.Settings) (stop func(), reread func() error, err error) {
	c := a.cfg.Console
	if c.Listen == "" {
		return func() {}, nil, nil
	}
	s, err := a.console(ctx, inForce)
	if err != nil {
		return nil, nil, err
	}
	if err := a.firstAdministrator(ctx, o); err != nil {
		return nil, nil, err
	}
	var certificate *tlsfiles.Certificate
	if c.TLS.Certificate != "" {
		certificate, err = tlsfiles.Open(a.underHome(c.TLS.Certificate), a.underHome(c.TLS.Key), a.log)
		if err != nil {
			return nil, nil, failure("console.certificate", err)
		}
		reread = certificate.Reload
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, nil, failure("console.listen", c.Listen, innermost(err))
	}
	scheme := "http"
	if certificate != nil {
		scheme, listener = "https", tls.NewListener(listener, certificate.Config())
	}
	// What is being answered when the daemon is told to end is answered.
	answering, enough := context.WithCancel(context.WithoutCancel(ctx))
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog:    slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return answering }}
	working, cease := context.WithCancel(ctx)
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		s.Work(working)
	}()
	a.log.Info("console", "address", fmt.Sprintf("%s://%s", scheme, listener.Addr()))
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("the console has stopped", "err", err)
		}
	}()
	return func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		if err := server.Shutdown(last); err != nil {
			_ = server.Close()
		}
		enough()
		cease()
		<-worked
	}, reread, nil
}

// firstAdministrator gives a registry without accounts its first one, and tells
// its password once.
func (a *app) firstAdministrator(ctx ctxType, o *opened) error {
	all, err := o.desk.Store.Accounts(ctx)
	if err != nil || len(all) > 0 {
		return err
	}
	password := web.NewPassword()
	_, err = o.desk.Store.PutAccount(ctx, osms.Account{Login: firstLogin, Role: osms.RoleAdministrator, Language: a.language(),
		Password: web.HashPassword(password), Expired: true}, store.AccountAdded, operator(), o.now())
	if errors.Is(err, store.ErrOnce) {
		return nil // another daemon was first
	}
	if err == nil {
		fmt.Fprintln(a.Stderr, a.say("console.first", firstLogin, password))
	}
	return err
}
