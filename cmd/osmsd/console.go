package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"osmsd/cmd/internal/web"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// firstLogin is the administrator that a registry without accounts gets.
const firstLogin = "admin"

// console is the web console of an open home, not yet listening.
func (a *app) console(ctx ctxType, o *opened, timetable *jobs.Timetable) (*web.Server, error) {
	c := a.cfg.Console
	return web.New(ctx, web.Options{
		Desk:     func() *jobs.Desk { return o.desk },
		Runner:   o.runner,
		Log:      a.log,
		Spool:    filepath.Join(o.desk.Home.Dir, "uploads"),
		Language: a.cfg.Language,
		Version:  version,
		Secure:   c.TLS.Certificate != "" || len(c.Proxies) > 0,
		Hosts:    c.Names(),
		Proxies:  c.Trusted(),
		Idle:     c.Idle,
		Longest:  c.Longest,
		Largest:  int64(a.cfg.Limits.File),
		Planned:  planned(o, timetable),
		Settings: a.settings(o),
	})
}

// planned tells what is due next, the soonest first.
func planned(o *opened, timetable *jobs.Timetable) func(ctx context.Context) ([]web.Planned, error) {
	return func(ctx context.Context) ([]web.Planned, error) {
		var out []web.Planned
		for _, job := range timetable.Jobs() {
			due, err := o.desk.Store.Due(ctx, job)
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
// answered be answered.
func (a *app) serveConsole(ctx ctxType, o *opened, timetable *jobs.Timetable) (stop func(), err error) {
	if a.cfg.Console.Listen == "" {
		return func() {}, nil
	}
	s, err := a.console(ctx, o, timetable)
	if err != nil {
		return nil, err
	}
	if err := a.firstAdministrator(ctx, o); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", a.cfg.Console.Listen)
	if err != nil {
		return nil, failure("console.listen", a.cfg.Console.Listen, innermost(err))
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	working, cease := context.WithCancel(ctx)
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		s.Work(working)
	}()
	scheme := "http"
	a.log.Info("console", "address", fmt.Sprintf("%s://%s", scheme, listener.Addr()))
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("the console has stopped", "err", err)
		}
	}()
	return func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(last); err != nil {
			_ = server.Close()
		}
		cease()
		<-worked
	}, nil
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
