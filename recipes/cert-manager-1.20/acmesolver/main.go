// Package main answers one challenge of ACME over HTTP; cert-manager's controller starts it in a pod of its own.
package main

import (
	"context"
	"time"

	"github.com/spf13/pflag"

	"github.com/cert-manager/cert-manager/pkg/issuer/acme/http/solver"
	logs "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/recipe/program"
)

func main() {
	answer := &solver.HTTP01Solver{}
	flags := pflag.NewFlagSet("acmesolver", pflag.ContinueOnError)
	flags.IntVar(&answer.ListenPort, "listen-port", 8089, "port to answer at")
	flags.StringVar(&answer.Domain, "domain", "", "name that is challenged")
	flags.StringVar(&answer.Token, "token", "", "token of the challenge")
	flags.StringVar(&answer.Key, "key", "", "what is answered")
	program.Main(flags, nil, func(ctx context.Context) error {
		go func() {
			<-ctx.Done()
			ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			_ = answer.Shutdown(ending)
		}()
		return answer.Listen(logs.FromContext(ctx))
	})
}
