package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthcheckCommand asks the daemon how it is, for containers, whose images
// have nothing else to ask with: 0 when the answer is 2xx, else 1.
func (a *app) healthcheckCommand() *cobra.Command {
	var address string
	var patience time.Duration
	cmd := &cobra.Command{
		Use:    "healthcheck",
		Short:  "Ask the daemon on this machine whether it is well",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
				return usage("health.address", address)
			}
			request, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, u.String(), nil)
			if err != nil {
				return err
			}
			transport := &http.Transport{Proxy: nil, DisableKeepAlives: true}
			if ip := net.ParseIP(strings.Trim(u.Hostname(), "[]")); ip != nil && ip.IsLoopback() || u.Hostname() == "localhost" {
				// It asks itself: the certificate names the machine, not this address.
				transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
			}
			answer, err := (&http.Client{Transport: transport, Timeout: patience}).Do(request)
			if err != nil {
				return failure("health.silent", err)
			}
			defer answer.Body.Close()
			if answer.StatusCode/100 != 2 {
				return failure("health.ill", answer.Status)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "url", "http://127.0.0.1:8080/healthz", "where the daemon answers")
	cmd.Flags().DurationVar(&patience, "timeout", 5*time.Second, "how long to wait")
	return cmd
}
